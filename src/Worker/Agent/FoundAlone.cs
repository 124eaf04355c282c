using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>
/// Remembers for a moment that a look past a crowding generator's jobs found nobody else's, so that while it is alone
/// in the queue not every claim sends its tickets round.
/// </summary>
internal sealed class FoundAlone(TimeProvider time)
{
    private static readonly TimeSpan Trusted = TimeSpan.FromMilliseconds(50);

    private readonly Lock gate = new();
    private string? path;
    private bool isHeld;
    private long since, heard;
    private long asked;

    /// <summary>A message about the queue has come: what was found may not be so any more.</summary>
    public void Forget()
    {
        lock (gate)
        {
            path = null;
            heard++;
        }
    }

    /// <summary>Whether a claim could bring nothing: there were only jobs that this worker leaves to others, and no message since.</summary>
    public bool IsForOthers(CrowdingGenerator? crowding)
    {
        lock (gate)
            return crowding is { MayHaveMore: false } && isHeld && Knows(crowding);
    }

    /// <summary>With what to claim.</summary>
    public CrowdingGenerator? Ask(CrowdingGenerator? crowding)
    {
        lock (gate)
        {
            asked = heard;
            return crowding is not null && Knows(crowding) ? crowding with { Passed = 0 } : crowding;
        }
    }

    /// <summary>What the claim brought.</summary>
    public void Note(CrowdingGenerator? crowding, ClaimedJob? job)
    {
        lock (gate)
        {
            var found = crowding is not null && (job is null || SlotShare.Generator(job.FullPath) == crowding.FullPath) && heard == asked;
            if (!found)
                path = null;
            else if (crowding!.Passed > 0)
                (path, since) = (crowding.FullPath, time.GetTimestamp());
            isHeld = found && job is null;
        }
    }

    private bool Knows(CrowdingGenerator crowding) => path == crowding.FullPath && time.GetElapsedTime(since) < Trusted;
}
