using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>A claimed job while this worker holds it.</summary>
internal sealed class ActiveRun : IDisposable
{
    private readonly CancellationTokenSource stopped = new();
    private readonly ClaimedJob job;

    public ActiveRun(ClaimedJob job, long claimedAt)
    {
        this.job = job;
        (ClaimedAt, RenewedAt) = (claimedAt, claimedAt);
        // Kept, because a source that is disposed gives none: whoever looks after all runs may look at an ended one.
        Stopped = stopped.Token;
    }

    public ClaimedJob Job => job;

    /// <summary>When its claim was sent, as a timestamp of the clock.</summary>
    public long ClaimedAt { get; }

    /// <summary>The longest that Redis lets the lease be renewed; known once the definition is.</summary>
    public TimeSpan Longest { get; set; } = TimeSpan.FromHours(2);

    /// <summary>When the last renewal that succeeded was sent, as a timestamp of the clock.</summary>
    public long RenewedAt { get; set; }

    /// <summary>What is run; null until it is known.</summary>
    public RunPlan? Plan { get; set; }

    /// <summary>Another run is wanted after this one, said the last beat.</summary>
    public bool Followed { get; set; }

    /// <summary>Ends when the script must stop: the lease is lost, its result is void, or the worker shuts down.</summary>
    public CancellationToken Stopped { get; }

    /// <summary>True when the job is not ours any more: nothing may be stored, nothing acknowledged.</summary>
    public bool Lost { get; private set; }

    /// <summary>True when nothing that the run brings could be stored, but the job is ours to put back.</summary>
    public bool Superseded { get; private set; }

    public void Lose()
    {
        Lost = true;
        Stop();
    }

    public void Supersede()
    {
        Superseded = true;
        Stop();
    }

    public void Release() => Stop();

    public void Dispose() => stopped.Dispose();

    private void Stop()
    {
        try
        {
            stopped.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended while its beat was under way.
        }
    }
}

/// <summary>What a run is about to do.</summary>
/// <param name="Key">Where its result goes.</param>
/// <param name="Definition">Of the script that it runs.</param>
/// <param name="Since">When that was known, as a timestamp of the clock.</param>
internal sealed record RunPlan(RequestKey Key, GeneratorDefinition Definition, long Since);
