using System.Threading.Channels;
using HttpSd.Core.Freshness;

namespace HttpSd.Operator.Runtime.Queue;

/// <summary>
/// Keys that want work, with client-go's three sets: a key is waiting at most once, is handed to one worker at a
/// time, and comes back when it was added while it was worked on. No value is queued, so none can be old.
/// </summary>
internal sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    public static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    public static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    private readonly Lock gate = new();
    private readonly Channel<TKey> ready = Channel.CreateUnbounded<TKey>();
    private readonly Dictionary<TKey, long> dirty = [];
    private readonly Dictionary<TKey, long> processing = [];
    private readonly Dictionary<TKey, int> failures = [];
    private readonly DelayHeap<TKey> delayed = new();
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly QueueSeries series;
    private readonly ITimer timer;
    private bool draining;

    public WorkQueue(TimeProvider time, Random random, QueueSeries series)
    {
        (this.time, this.random, this.series) = (time, random, series);
        timer = time.CreateTimer(_ => PromoteDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        series.Running = ReadRunning;
    }

    /// <summary>Keys that wait for a worker, without the delayed ones.</summary>
    public int Depth
    {
        get
        {
            lock (gate)
                return ready.Reader.Count;
        }
    }

    public void Add(TKey key)
    {
        lock (gate)
            AddLocked(key);
    }

    /// <summary>Adds the key after a while; of several times the earliest counts, and other additions leave it alone.</summary>
    public void AddAfter(TKey key, TimeSpan after)
    {
        lock (gate)
        {
            if (draining)
                return;
            if (after <= TimeSpan.Zero)
            {
                AddLocked(key);
                return;
            }
            delayed.Add(key, Now() + after);
            ArmLocked();
        }
    }

    /// <summary>Adds the key after a pause that doubles with each call until <see cref="Forget"/>.</summary>
    public void AddRateLimited(TKey key)
    {
        TimeSpan pause;
        lock (gate)
        {
            var failed = failures[key] = failures.GetValueOrDefault(key) + 1;
            pause = RetryBackoff.Next(failed, FirstRetry, LongestRetry, random.NextDouble());
            series.Retried();
        }
        AddAfter(key, pause);
    }

    /// <summary>The next retry of this key is the first again.</summary>
    public void Forget(TKey key)
    {
        lock (gate)
            failures.Remove(key);
    }

    /// <summary>Waits for a key. False when the queue was shut down and everything worth it is done.</summary>
    public async ValueTask<(bool Taken, TKey Key)> GetAsync(CancellationToken cancellationToken)
    {
        while (await ready.Reader.WaitToReadAsync(cancellationToken))
        {
            lock (gate)
            {
                if (!ready.Reader.TryRead(out var key))
                    continue;
                dirty.Remove(key, out var since);
                processing.Add(key, time.GetTimestamp());
                series.Taken(ready.Reader.Count, time.GetElapsedTime(since));
                return (true, key);
            }
        }
        return (false, default!);
    }

    /// <summary>Ends the work on a key; what was added meanwhile is handed out now.</summary>
    public void Done(TKey key)
    {
        lock (gate)
        {
            if (!processing.Remove(key, out var since))
                throw new InvalidOperationException($"{key} was not being worked on");
            series.Worked(time.GetElapsedTime(since));
            if (dirty.ContainsKey(key))
                PushLocked(key);
            CompleteWhenDrainedLocked();
        }
    }

    /// <summary>Takes no more and drops what waits; what is being worked on may end.</summary>
    public void ShutDown() => Drain(_ => false);

    /// <summary>Takes no more and drops what waits, but for the keys that are worth the time.</summary>
    public void Drain(Predicate<TKey> worthIt)
    {
        lock (gate)
        {
            draining = true;
            delayed.Clear();
            var waiting = new List<TKey>();
            while (ready.Reader.TryRead(out var key))
                waiting.Add(key);
            foreach (var key in dirty.Keys.Where(k => !worthIt(k)).ToList())
                dirty.Remove(key);
            foreach (var key in waiting.Where(dirty.ContainsKey))
                PushLocked(key);
            series.Depth(ready.Reader.Count);
            CompleteWhenDrainedLocked();
        }
    }

    public void Dispose() => timer.Dispose();

    private void AddLocked(TKey key)
    {
        if (draining || !dirty.TryAdd(key, time.GetTimestamp()))
            return;
        series.Added();
        if (!processing.ContainsKey(key))
            PushLocked(key);
    }

    private void PushLocked(TKey key)
    {
        ready.Writer.TryWrite(key);
        series.Depth(ready.Reader.Count);
    }

    private void CompleteWhenDrainedLocked()
    {
        if (draining && dirty.Count == 0 && processing.Count == 0)
            ready.Writer.TryComplete();
    }

    private void PromoteDue()
    {
        lock (gate)
        {
            while (delayed.TakeDue(Now(), out var key))
                AddLocked(key);
            ArmLocked();
        }
    }

    private void ArmLocked()
    {
        if (delayed.Earliest is not { } due)
            return;
        // A timer's longest time is 49 days, and its finest step a millisecond.
        var wait = Math.Clamp(Math.Ceiling((due - Now()).TotalMilliseconds), 0, TimeSpan.FromDays(1).TotalMilliseconds);
        timer.Change(TimeSpan.FromMilliseconds(wait), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now() => time.GetElapsedTime(0);

    private (double All, double Longest) ReadRunning()
    {
        lock (gate)
        {
            var seconds = processing.Values.Select(s => time.GetElapsedTime(s).TotalSeconds).ToList();
            return (seconds.Sum(), seconds.DefaultIfEmpty().Max());
        }
    }
}
