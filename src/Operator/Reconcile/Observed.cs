using HttpSd.Core.Runs;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Abstractions;
using k8s.Models;

namespace HttpSd.Operator.Reconcile;

/// <summary>Everything that a decision about one object is made from, read at one moment.</summary>
internal sealed record Observed
{
    public required TargetGenerator Object { get; init; }

    /// <summary>The reader's clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What <see cref="ScriptReference"/> refers to; null when there is no such ConfigMap, or no reference.</summary>
    public V1ConfigMap? ConfigMap { get; init; }

    /// <summary>Whether the namespace goes before every path.</summary>
    public PathPolicy PathPolicy { get; init; }

    /// <summary>Who has the path that the object wants, by <see cref="PathClaims"/>; null when it wants none that is valid.</summary>
    public EntityKey? PathOwner { get; init; }

    /// <summary>The WorkerPools that exist; <c>default</c> always does.</summary>
    public IReadOnlySet<string> Pools { get; init; } = new HashSet<string>();

    /// <summary>
    /// What the store holds under the object's name (also at another path, or of a predecessor), and what it
    /// holds of somebody else at the path that the object wants. Null: Redis can't be reached.
    /// </summary>
    public IReadOnlyList<StoredDefinition>? Stored { get; init; }

    /// <summary>
    /// How the last run without parameters of the object's own stored definition ended; null when nothing is
    /// known of any, or Redis can't be reached.
    /// </summary>
    public RunObservation? Run { get; init; }

    /// <summary>No list is left to serve, and the run that would make one has waited for a worker for long.</summary>
    public bool Overdue { get; init; }
}

/// <summary>A definition as it is published.</summary>
/// <param name="Path">Below <c>/targets/</c>.</param>
/// <param name="Name"><c>namespace/name</c> of its object.</param>
/// <param name="Uid">Its object's; empty when it came without.</param>
/// <param name="Hash">Its digest.</param>
/// <param name="Runs">False: it is suspended or a static list, and a reload has nothing to make anew.</param>
/// <param name="Doubtful">Its publication was begun and nobody knows what became of it: to be removed like any other, and never counted on.</param>
internal sealed record StoredDefinition(string Path, string Name, string Uid, string Hash, bool Runs = true, bool Doubtful = false)
{
    /// <summary>Whether it is the same object's; by name alone where a definition has no UID.</summary>
    public bool IsOf(string name, string uid) => Name == name && (Uid.Length == 0 || Uid == uid);
}

/// <summary>How a run ended and what is left to serve.</summary>
/// <param name="Outcome">Success, Error or Timeout.</param>
/// <param name="At">When it ended; null when not even that is kept.</param>
/// <param name="Targets">In the last good list; 0 when there is none.</param>
/// <param name="ErrorType">Null after a success, or when errors are not kept.</param>
/// <param name="Message">Likewise.</param>
/// <param name="ServableUntil">Until when the last good list is served if no run succeeds; null when there is none.</param>
/// <param name="DefinitionHash">Of the definition that made the last good list; empty when there is none.</param>
internal sealed record RunObservation(
    RunOutcome Outcome,
    DateTimeOffset? At,
    int Targets,
    string? ErrorType,
    string? Message,
    DateTimeOffset? ServableUntil,
    string DefinitionHash);
