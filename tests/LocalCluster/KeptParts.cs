using System.Diagnostics;

namespace HttpSd.LocalCluster;

/// <summary>Processes that are started again when they end, as a cluster would.</summary>
internal sealed class KeptParts(params Func<Task<Part>>[] starts) : IDisposable
{
    // One that ends sooner would end again, as the operator does without an API server.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    // The exit code of a process that a signal has ended is this and the signal's number.
    private const int Signals = 128;

    private readonly Part?[] parts = new Part?[starts.Length];
    private readonly long[] since = new long[starts.Length];

    /// <summary>Whom to tell of the lines that they log; null: nobody.</summary>
    public Action<string, string>? Told { get; init; }

    public Part this[int n] => parts[n]!;

    /// <summary>Starts all of them and waits until they are ready.</summary>
    public async Task StartAsync()
    {
        for (var n = 0; n < starts.Length; n++)
            await StartAsync(n);
        foreach (var part in parts)
            await part!.WaitReadyAsync();
    }

    /// <summary>Starts again what has ended, and what could not be started the last time.</summary>
    public async Task MendAsync(TextWriter log)
    {
        for (var n = 0; n < parts.Length; n++)
        {
            var wait = TimeSpan.Zero;
            if (parts[n] is { } part)
            {
                if (!part.HasExited)
                    continue;
                wait = Stopwatch.GetElapsedTime(since[n]) < Least ? Pause : TimeSpan.Zero;
                log.WriteLine(part.ExitCode > Signals
                    ? $"{part.Room} was ended by signal {part.ExitCode - Signals}"
                    : $"{part.Room} has ended with {part.ExitCode}: {LastWords.Of(part.Log)}");
                part.Dispose();
                parts[n] = null;
            }
            await Task.Delay(wait);
            try
            {
                await StartAsync(n);
                log.WriteLine($"{this[n].Room} is started again");
            }
            catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
            {
                // Its account's token comes from the API server. The next round tries again.
                log.WriteLine($"it can't be started yet: {e.Message}");
            }
        }
    }

    public void Dispose()
    {
        foreach (var part in parts)
            part?.Dispose();
    }

    private async Task StartAsync(int n)
    {
        parts[n] = await starts[n]();
        since[n] = Stopwatch.GetTimestamp();
        if (Told is not null)
            this[n].Follow(Told);
    }
}
