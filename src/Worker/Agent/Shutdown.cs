using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>
/// The phases of a worker's end, all counted from SIGTERM, so that it exits within <c>Worker:ShutdownTimeout</c>:
/// scripts may end, then they are stopped and their jobs put back, then the process and its runner end.
/// </summary>
internal sealed class Shutdown
{
    private static readonly TimeSpan MostForPuttingBack = TimeSpan.FromSeconds(5);

    private readonly TimeSpan timeout;
    private readonly TimeProvider time;
    private long began;

    public Shutdown(IHostApplicationLifetime lifetime, IOptions<WorkerOptions> options, TimeProvider time)
    {
        (timeout, this.time) = (options.Value.ShutdownTimeout, time);
        lifetime.ApplicationStopping.Register(() => Interlocked.CompareExchange(ref began, time.GetTimestamp(), 0));
    }

    public bool IsStopping => Interlocked.Read(ref began) != 0;

    /// <summary>How long scripts may still run; zero or less: they are to be stopped.</summary>
    public TimeSpan LeftForRuns => Left(Phases(timeout).Runs);

    /// <summary>How long jobs may still be put back; zero or less: they are left to their leases' ends.</summary>
    public TimeSpan LeftForPuttingBack => Left(Phases(timeout).PuttingBack);

    /// <summary>When each phase ends, from the beginning of the shutdown.</summary>
    public static (TimeSpan Runs, TimeSpan PuttingBack) Phases(TimeSpan timeout)
    {
        var last = MostForPuttingBack < timeout / 2 ? MostForPuttingBack : timeout / 2;
        return (timeout - last, timeout - (last * 0.4));
    }

    private TimeSpan Left(TimeSpan phase) =>
        IsStopping ? phase - time.GetElapsedTime(Interlocked.Read(ref began)) : phase;
}
