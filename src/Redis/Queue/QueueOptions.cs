using System.ComponentModel.DataAnnotations;

namespace HttpSd.Redis.Queue;

/// <summary>Section <c>Queue</c>: how jobs are kept and taken back. The same for every process on one Redis.</summary>
public sealed class QueueOptions
{
    /// <summary>The most jobs that wait in a pool; more are refused with "queue full".</summary>
    [Range(1, 1_000_000)]
    public int MaxLength { get; set; } = 10_000;

    /// <summary>How long a worker that falls silent keeps its jobs. It says it is alive every third of it.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after a lease's end a job is taken back.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00")]
    public TimeSpan LeaseGrace { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often lost jobs and what hands broke are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How many times a job may be taken back before it counts as a failure.</summary>
    [Range(0, 100)]
    public int MaxStalls { get; set; } = 2;
}
