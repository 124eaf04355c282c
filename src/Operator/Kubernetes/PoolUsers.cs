using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;

namespace HttpSd.Operator.Kubernetes;

/// <summary>The generators of each pool. Looked up when they have changed, not kept: there may be thousands, and few pools.</summary>
internal sealed class PoolUsers
{
    private static readonly TimeSpan UsualTimeout = new GeneratorDefinition { Path = "", Name = "" }.Timeout;

    private readonly EntityStore<TargetGenerator> generators;
    private readonly Lock gate = new();
    private Dictionary<string, TimeSpan>? longest;

    public PoolUsers(EntityStore<TargetGenerator> generators)
    {
        this.generators = generators;
        generators.Changed += Note;
    }

    /// <summary>The pool that a generator names.</summary>
    public static string PoolOf(TargetGenerator generator) => SpecText.Of(generator.Spec, "workerPool") ?? WorkerPool.DefaultName;

    /// <summary>Who names the pool.</summary>
    public IEnumerable<EntityKey> Of(string pool) => generators.All.Where(g => PoolOf(g) == pool).Select(g => EntityKey.Of(g));

    /// <summary>Who of a namespace names one of the pools.</summary>
    public IEnumerable<EntityKey> Of(IReadOnlyCollection<string> pools, string ns) =>
        generators.All.Where(g => g.Metadata.NamespaceProperty == ns && pools.Contains(PoolOf(g))).Select(g => EntityKey.Of(g));

    /// <summary>The longest script timeout of the pool's generators; null when none of them runs.</summary>
    public TimeSpan? LongestRun(string pool)
    {
        Dictionary<string, TimeSpan> now;
        lock (gate)
            now = longest ??= Look();
        return now.TryGetValue(pool, out var found) ? found : null;
    }

    private Dictionary<string, TimeSpan> Look()
    {
        var found = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var generator in generators.All.Where(Runs))
        {
            var timeout = SpecText.Of(generator.Spec, "timeout") is { } text && GoDuration.TryParse(text, out var given)
                && given >= GeneratorLimits.Second && given <= GeneratorLimits.MaxTimeout ? given : UsualTimeout;
            var pool = PoolOf(generator);
            if (timeout > found.GetValueOrDefault(pool))
                found[pool] = timeout;
        }
        return found;
    }

    private static bool Runs(TargetGenerator generator) =>
        generator.Spec.ValueKind == System.Text.Json.JsonValueKind.Object
        && !generator.Spec.TryGetProperty("staticTargets", out _)
        && !(generator.Spec.TryGetProperty("suspend", out var suspend) && suspend.ValueKind == System.Text.Json.JsonValueKind.True);

    private void Note(EntityChange<TargetGenerator> change)
    {
        if (change.Before?.Metadata.Generation == change.After?.Metadata.Generation)
            return;
        lock (gate)
            longest = null;
    }
}
