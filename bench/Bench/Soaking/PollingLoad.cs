using System.Diagnostics;

namespace HttpSd.Bench.Soaking;

/// <summary>Asks for a generator's parameter sets, one after the other and round and round, at a rate.</summary>
internal sealed class PollingLoad(Uri server) : IDisposable
{
    private const int Connections = 16;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    private readonly HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = Connections }) { BaseAddress = server };
    private CancellationTokenSource stop = new();
    private Task polling = Task.CompletedTask;
    private HashSet<int> known = [];
    private long asked, failed, began;

    /// <summary>Polls a second, since the last start.</summary>
    public double Rate { get; private set; }

    /// <summary>Answers without a list, of sets that had one before.</summary>
    public long Failed => Interlocked.Read(ref failed);

    public void Start(string path, int variants, double pollsPerSecond)
    {
        (stop, known) = (new CancellationTokenSource(), []);
        (asked, failed, began) = (0, 0, Stopwatch.GetTimestamp());
        polling = PollAsync(path, variants, pollsPerSecond, stop.Token);
    }

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await polling;
        Rate = asked / Stopwatch.GetElapsedTime(began).TotalSeconds;
        stop.Dispose();
    }

    public void Dispose() => client.Dispose();

    private async Task PollAsync(string path, int variants, double pollsPerSecond, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Slice);
        var next = 0;
        var due = 0.0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            // Who falls behind by more than a second goes on from there: the rate is then what it is.
            due = Math.Min(due + pollsPerSecond * Slice.TotalSeconds, pollsPerSecond);
            var batch = (int)due;
            due -= batch;
            var first = next;
            next = (next + batch) % variants;
            await Parallel.ForAsync(0, batch, new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (n, _) => await AskAsync(path, (first + n) % variants));
        }
    }

    private async Task AskAsync(string path, int variant)
    {
        Interlocked.Increment(ref asked);
        using var answer = await client.GetAsync(new Uri($"targets/{path}?n={variant}", UriKind.Relative));
        lock (known)
        {
            if (answer.IsSuccessStatusCode)
                known.Add(variant);
            else if (known.Contains(variant))
                failed++;
        }
    }
}
