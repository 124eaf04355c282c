using System.Collections.Concurrent;
using System.Diagnostics;
using HttpSd.Kube;

namespace HttpSd.LocalCluster;

/// <summary>One of our processes: operator, server or worker. The kernel ends it with this process.</summary>
internal sealed class Part : IDisposable
{
    private readonly Nursery nursery = new();
    private readonly ConcurrentQueue<string> lines = new();
    private readonly HttpClient client;
    private Action<string, string>? listener;
    private Process process = null!;

    private Part(string room, int port)
    {
        Room = room;
        Address = new Uri($"http://127.0.0.1:{port}");
        client = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(10) };
    }

    public string Room { get; }

    /// <summary>Where it serves lists, health and metrics.</summary>
    public Uri Address { get; }

    public string Log => string.Join('\n', lines);

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts one and waits until it is ready, but no longer than a minute.</summary>
    /// <param name="room">Such as <c>Operator</c>.</param>
    /// <param name="port">Null: a free one.</param>
    /// <param name="settings"><c>Section:Name=value</c>.</param>
    public static Task<Part> StartAsync(string room, int? port, params string[] settings) =>
        StartWithAsync(room, port, [], settings);

    /// <summary>The same with variables of the environment, <c>NAME=value</c>.</summary>
    public static async Task<Part> StartWithAsync(string room, int? port, string[] variables, params string[] settings)
    {
        var part = new Part(room, port ?? Ports.Free());
        var section = room == "SdServer" ? "Server" : room;
        string[] arguments = [Programs.Assembly(room), $"--{section}:Urls={part.Address.GetLeftPart(UriPartial.Authority)}", .. settings.Select(s => "--" + s)];
        part.process = await part.nursery.StartAsync("env", [.. variables, "dotnet", .. arguments]);
        part.process.OutputDataReceived += (_, e) => part.Take(e.Data);
        part.process.ErrorDataReceived += (_, e) => part.Take(e.Data);
        part.process.BeginOutputReadLine();
        part.process.BeginErrorReadLine();
        return part;
    }

    /// <summary>Tells of what it has logged so far, and from now on, with its name.</summary>
    public void Follow(Action<string, string> told)
    {
        lock (lines)
        {
            foreach (var line in lines)
                told(Room, line);
            listener = told;
        }
    }

    /// <summary>Waits for <c>/readyz</c> of this very process.</summary>
    public async Task WaitReadyAsync()
    {
        for (var since = Stopwatch.GetTimestamp(); !await IsReadyAsync(); await Task.Delay(50))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                throw new InvalidOperationException($"{Room} is not ready:\n{Log}");
        }
    }

    /// <summary>What <c>/readyz</c> says now; false when nobody answers.</summary>
    public async Task<bool> IsReadyAsync()
    {
        if (!ListeningSocket.IsOf(process.Id, Address.Port))
            return false;
        try
        {
            using var answer = await client.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    public Task<string> MetricsAsync() => client.GetStringAsync("/metrics");

    public void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process.Id}"]);
        kill.WaitForExit();
    }

    public Task WaitExitAsync(TimeSpan limit) => process.WaitForExitAsync().WaitAsync(limit);

    public void Kill()
    {
        if (process.HasExited)
            return;
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        process.Dispose();
        client.Dispose();
        nursery.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (lines)
        {
            lines.Enqueue(line);
            while (lines.Count > 2000)
                lines.TryDequeue(out _);
            listener?.Invoke(Room, line);
        }
    }
}
