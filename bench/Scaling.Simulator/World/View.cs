namespace HttpSd.Scaling.Simulator.World;

/// <summary>What a controller can see at a moment.</summary>
internal sealed record View
{
    public required double Now { get; init; }

    /// <summary>What is read of the queue; null: no answer.</summary>
    public required Reading? Queue { get; init; }

    /// <summary>The source answers, but without the series. <see cref="Queue"/> is null then.</summary>
    public bool Empty { get; init; }

    public required int Replicas { get; init; }

    public required int Ready { get; init; }

    /// <summary>The terminating ones included.</summary>
    public required int Pods { get; init; }

    public required bool RollingOut { get; init; }

    /// <summary>When each Pod became ready first, and how long that took it.</summary>
    public required IReadOnlyList<(double ReadyAt, double Took)> StartUps { get; init; }
}

/// <summary>The queue's numbers, true at a moment.</summary>
internal sealed record Reading(double At, int Pending, int Processing, double OldestAge, long Enqueued, long Completed);
