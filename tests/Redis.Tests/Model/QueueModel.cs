using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Tests.Model;

/// <summary>The queue as it is meant, without Redis: what the scripts have to agree with, step by step.</summary>
internal sealed class QueueModel(QueueOptions options)
{
    private readonly Dictionary<string, Job> jobs = new(StringComparer.Ordinal);

    public List<string> Pending { get; } = [];

    public List<string> Processing { get; } = [];

    public long Enqueued { get; private set; }

    public long Completed { get; private set; }

    public long Dropped { get; private set; }

    public IReadOnlyDictionary<string, Job> Jobs => jobs;

    public EnqueueOutcome Enqueue(string path, long want, bool reload)
    {
        if (!jobs.TryGetValue(path, out var job))
        {
            if (Pending.Count >= options.MaxLength && !reload)
                return EnqueueOutcome.Full;
            jobs[path] = new Job('q', 0, want, 0, false);
            Pending.Insert(reload ? 0 : Pending.Count, path);
            Enqueued++;
            return EnqueueOutcome.Enqueued;
        }
        var newer = reload || want > job.Want;
        if (newer)
            jobs[path] = job = job with { Want = Math.Max(want, job.Want) };
        if (job.State == 'q')
        {
            jobs[path] = job with { Token = newer ? 0 : job.Token };
            if (reload && Pending.Remove(path))
                Pending.Insert(0, path);
            return EnqueueOutcome.Queued;
        }
        jobs[path] = job with { Again = job.Again || newer };
        return newer ? EnqueueOutcome.RunsAgain : EnqueueOutcome.Running;
    }

    /// <summary>The job as it was when it was taken; the token is for the store to choose.</summary>
    /// <remarks>Of fewer jobs than are passed over in one call, the first that doesn't crowd is always found.</remarks>
    public (string Path, Job Before)? Claim(long token, CrowdingGenerator? crowding)
    {
        var first = Pending.FindIndex(path => "/targets/" + path.Split('?')[0] != crowding?.FullPath);
        if (first > 0)
        {
            Pending.AddRange(Pending[..first]);
            Pending.RemoveRange(0, first);
        }
        if (Pending.Count == 0 || (first < 0 && crowding is { MayHaveMore: false }))
            return null;
        var path = Pending[0];
        Pending.RemoveAt(0);
        Processing.Add(path);
        var before = jobs[path];
        jobs[path] = before with { State = 'c', Token = token };
        return (path, before);
    }

    public LeaseState Beat(string path, long token)
    {
        if (!Owns(path, token))
            return LeaseState.Lost;
        jobs[path] = jobs[path] with { State = 'r' };
        return jobs[path].Again ? LeaseState.Superseded : LeaseState.Held;
    }

    public bool Finish(string path, long token, FinishMode mode)
    {
        if (!Owns(path, token))
            return false;
        var job = jobs[path];
        Processing.Remove(path);
        var attempted = mode is FinishMode.Done or FinishMode.Again;
        if (attempted)
            Completed++;
        if (mode == FinishMode.Done && !job.Again)
        {
            jobs.Remove(path);
            return true;
        }
        if (attempted)
            Enqueued++;
        jobs[path] = new Job('q', 0, job.Want, attempted ? 0 : job.Stalls, false);
        Pending.Insert(mode == FinishMode.Aside ? Pending.Count : 0, path);
        return true;
    }

    /// <summary>A sweep that finds every lease of these over, and holds the poison jobs under tokens of the store's choice.</summary>
    public (int Retaken, IReadOnlyList<string> Poison) Sweep(IEnumerable<string> expired, IEnumerable<long> tokens)
    {
        var (retaken, poison) = (0, new List<string>());
        using var token = tokens.GetEnumerator();
        foreach (var path in expired.Order(StringComparer.Ordinal))
        {
            var job = jobs[path];
            var stalls = job.Stalls + (job.State == 'r' ? 1 : 0);
            if (stalls > options.MaxStalls)
            {
                jobs[path] = job with { State = 'r', Token = token.MoveNext() ? token.Current : 0, Stalls = stalls };
                poison.Add(path);
                continue;
            }
            Processing.Remove(path);
            jobs[path] = new Job('q', job.Again ? 0 : job.Token, job.Want, stalls, false);
            Pending.Insert(0, path);
            retaken++;
        }
        return (retaken, poison);
    }

    public int Cancel(IEnumerable<string> paths)
    {
        var cancelled = paths.Count(jobs.Remove);
        Pending.RemoveAll(path => !jobs.ContainsKey(path));
        Processing.RemoveAll(path => !jobs.ContainsKey(path));
        Dropped += cancelled;
        return cancelled;
    }

    private bool Owns(string path, long token) =>
        jobs.TryGetValue(path, out var job) && job.State != 'q' && job.Token == token;

    /// <summary>A marker, but for its times and its worker.</summary>
    internal sealed record Job(char State, long Token, long Want, int Stalls, bool Again);
}
