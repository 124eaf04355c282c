using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>Which changes of an object are worth a reconcile. A pure change of status isn't, or every write of ours would cause one.</summary>
internal sealed record ChangeFilter
{
    /// <summary>A new object, a gone one, another generation, the beginning of a deletion.</summary>
    public static ChangeFilter Spec { get; } = new();

    /// <summary>Every change, status included: for objects whose status is our input.</summary>
    public static ChangeFilter Everything { get; } = new() { Status = true };

    /// <summary>Annotations whose value counts, such as a request to run now.</summary>
    public IReadOnlyList<string> Annotations { get; init; } = [];

    /// <summary>A change of the labels counts.</summary>
    public bool Labels { get; init; }

    /// <summary>A change of the finalizers counts.</summary>
    public bool Finalizers { get; init; }

    /// <summary>Any change counts.</summary>
    public bool Status { get; init; }

    /// <summary>Types without a generation, such as ConfigMaps, let every change through.</summary>
    public bool Lets<TEntity>(EntityChange<TEntity> change)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        if (change.Type != ReconciliationType.Modified || change.Before is null || change.After is null || Status)
            return true;
        var (before, after) = (change.Before.Metadata, change.After.Metadata);
        return after.Generation is null
            || before.Generation != after.Generation
            || before.DeletionTimestamp != after.DeletionTimestamp
            || Annotations.Any(a => Value(before.Annotations, a) != Value(after.Annotations, a))
            || (Labels && !Same(before.Labels, after.Labels))
            || (Finalizers && !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? []));
    }

    private static string? Value(IDictionary<string, string>? map, string name) =>
        map is not null && map.TryGetValue(name, out var value) ? value : null;

    private static bool Same(IDictionary<string, string>? one, IDictionary<string, string>? other) =>
        (one?.Count ?? 0) == (other?.Count ?? 0) && (one ?? new Dictionary<string, string>()).All(e => Value(other, e.Key) == e.Value);
}
