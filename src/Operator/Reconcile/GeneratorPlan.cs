using HttpSd.Core.Definitions;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>What is to be done about one object, in this order.</summary>
internal sealed record GeneratorPlan
{
    /// <summary>
    /// 1. Somebody else's definition at the path that is published next, and those of a deleted predecessor of the
    /// same name: they go with their results, so that none is served as this object's. Only while stored as said here.
    /// </summary>
    public IReadOnlyList<StoredDefinition> Clear { get; init; } = [];

    /// <summary>
    /// The definition that the object stands for now, with its UID, whether stored already or not; null: none,
    /// and what is stored stays as the last good one.
    /// </summary>
    public GeneratorScript? Wanted { get; init; }

    /// <summary>2. <see cref="Wanted"/> is not what is stored: publish it.</summary>
    public bool Publish { get; init; }

    /// <summary>3. The object's own definitions that it no longer wants. Only while they are stored as said here.</summary>
    public IReadOnlyList<StoredDefinition> Remove { get; init; } = [];

    /// <summary>4. The path to reload: clear every variant and enqueue the one without parameters; null: none.</summary>
    public string? Reload { get; init; }

    /// <summary>
    /// 5. The reload that the status echoes is answered without clearing anything: note it, so that the value before it
    /// counts when it comes again.
    /// </summary>
    public bool ReloadAnswered { get; init; }

    /// <summary>6. The status to be written.</summary>
    public required TargetGeneratorStatus Status { get; init; }

    /// <summary>False: <see cref="Status"/> is the stored one; write nothing.</summary>
    public bool StatusChanged { get; init; }

    /// <summary>7. What to tell the user; empty when nothing changed.</summary>
    public IReadOnlyList<PlannedEvent> Events { get; init; } = [];

    /// <summary>
    /// 8. What to tell of a reload that has to wait; null: none does. It is planned for as long as it waits, because no
    /// status says whether it was told: whoever acts tells it once.
    /// </summary>
    public PlannedEvent? Waiting { get; init; }

    /// <summary>Look again after this, though nothing changes; null: no need.</summary>
    public TimeSpan? RequeueAfter { get; init; }
}

/// <summary>One event.</summary>
/// <param name="Type">Warning when somebody has to act.</param>
/// <param name="Reason">One of <see cref="Reasons"/>.</param>
/// <param name="Message">A sentence.</param>
internal sealed record PlannedEvent(EventType Type, string Reason, string Message);
