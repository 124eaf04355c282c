using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>A claimed job while this worker holds it.</summary>
internal sealed class ActiveRun(ClaimedJob job, long claimedAt) : IDisposable
{
    private readonly CancellationTokenSource stopped = new();

    public ClaimedJob Job => job;

    /// <summary>The longest that Redis lets the lease be renewed; known once the definition is.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(2);

    /// <summary>When the last renewal that succeeded was sent, as a timestamp of the clock.</summary>
    public long RenewedAt { get; set; } = claimedAt;

    /// <summary>Ends when the script must stop: the lease is lost, or the worker shuts down.</summary>
    public CancellationToken Stopped => stopped.Token;

    /// <summary>True when the job is not ours any more: nothing may be stored, nothing acknowledged.</summary>
    public bool Lost { get; private set; }

    public void Lose()
    {
        Lost = true;
        stopped.Cancel();
    }

    public void Release() => stopped.Cancel();

    public void Dispose() => stopped.Dispose();
}
