using System.Diagnostics;

namespace HttpSd.LocalCluster;

/// <summary>Processes that are started again when they end, as a cluster would.</summary>
internal sealed class KeptParts(params Func<Task<Part>>[] starts) : IDisposable
{
    // One that ends sooner would end again.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private readonly Part[] parts = new Part[starts.Length];
    private readonly long[] since = new long[starts.Length];

    public Part this[int n] => parts[n];

    /// <summary>Starts all of them and waits until they are ready.</summary>
    public async Task StartAsync()
    {
        for (var n = 0; n < starts.Length; n++)
            await StartAsync(n);
        foreach (var part in parts)
            await part.WaitReadyAsync();
    }

    /// <summary>Starts again what has ended; false when that has no sense, because it ends at once.</summary>
    public async Task<bool> MendAsync(TextWriter log)
    {
        for (var n = 0; n < parts.Length; n++)
        {
            if (!parts[n].HasExited)
                continue;
            log.WriteLine($"{parts[n].Room} has ended with {parts[n].ExitCode}:\n{Tail(parts[n].Log)}");
            if (Stopwatch.GetElapsedTime(since[n]) < Least)
                return false;
            parts[n].Dispose();
            await StartAsync(n);
            log.WriteLine($"{parts[n].Room} is started again");
        }
        return true;
    }

    public void Dispose()
    {
        foreach (var part in parts)
            part?.Dispose();
    }

    private static string Tail(string text) => string.Join('\n', text.Split('\n').TakeLast(10));

    private async Task StartAsync(int n)
    {
        parts[n] = await starts[n]();
        since[n] = Stopwatch.GetTimestamp();
    }
}
