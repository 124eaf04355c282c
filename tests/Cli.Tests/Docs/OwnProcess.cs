using System.Diagnostics;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>A process that a test starts, waits for a line of, and ends by its id.</summary>
internal sealed class OwnProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> lines = [];

    private OwnProcess(Process process) => this.process = process;

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (lines)
                return [.. lines];
        }
    }

    /// <summary>Starts it and waits for a line with the text.</summary>
    public static async Task<OwnProcess> StartAsync(string folder, string readyText, string program, params string[] arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        var own = new OwnProcess(process);
        process.OutputDataReceived += (_, e) => own.Take(e.Data, readyText);
        process.ErrorDataReceived += (_, e) => own.Take(e.Data, readyText);
        process.Exited += (_, _) => own.ready.TrySetException(new InvalidOperationException(program + " ended"));
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await own.ready.Task.WaitAsync(Patience);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            await own.DisposeAsync();
            throw new InvalidOperationException($"{program} did not become ready:\n{string.Join('\n', own.Lines)}", e);
        }
        return own;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            using var patience = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        process.Dispose();
    }

    private void Take(string? line, string readyText)
    {
        if (line is null)
            return;
        lock (lines)
            lines.Add(line);
        if (line.Contains(readyText, StringComparison.Ordinal))
            ready.TrySetResult();
    }
}
