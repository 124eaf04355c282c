using System.Net.Sockets;
using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Wire;
using HttpSd.Worker.Runtimes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// One connection of the agent: one run at a time. The next frame is always being read, also during a run, so
/// that a connection which closes ends its run.
/// </summary>
internal sealed class RunnerSession(
    Socket socket, RunnerHostOptions options, IRuntime python, IRuntime exec, RunnerLog log)
{
    public const int MaxHeaderBytes = 1 << 20, MaxScriptBytes = 4 << 20;

    public async Task ServeAsync(CancellationToken shutdown)
    {
        using var input = new FrameChannel(new NetworkStream(socket, ownsSocket: true), MaxHeaderBytes, MaxScriptBytes);
        using var output = new FrameChannel(new NetworkStream(socket), MaxHeaderBytes, options.MaxResultBytes);
        try
        {
            var next = ReadAsync(input, shutdown);
            while (await next is { } asked)
            {
                using var stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
                next = ReadAsync(input, shutdown);
                var running = RunAsync(asked.Header, asked.Body, output, stop.Token);
                if (await Task.WhenAny(running, next) == next && !await HasComeAsync(next))
                {
                    await stop.CancelAsync();
                    await running.ContinueWith(_ => { }, TaskScheduler.Default);
                    return;
                }

                await running;
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // The agent has gone, or the runner is ending.
        }
        catch (InvalidDataException e)
        {
            log.BadFrame(e.Message);
        }
    }

    /// <summary>Whether it is a next run: an agent asks for one as soon as it has the answer to the last.</summary>
    private static async Task<bool> HasComeAsync(Task<(RunRequest Header, byte[] Body)?> next)
    {
        try
        {
            return await next is not null;
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or InvalidDataException)
        {
            return false;
        }
    }

    private static Task<(RunRequest Header, byte[] Body)?> ReadAsync(FrameChannel input, CancellationToken shutdown) =>
        input.ReadAsync(WireJson.Default.RunRequest, shutdown).AsTask();

    private async Task RunAsync(RunRequest request, byte[] script, FrameChannel output, CancellationToken stop)
    {
        var report = await ExecuteAsync(request, script, new RunProgress(output), stop);
        await output.WriteAsync(RunReply.Done(report), WireJson.Default.RunReply, report.Output, stop);
    }

    private async Task<ScriptReport> ExecuteAsync(
        RunRequest request, byte[] script, RunProgress progress, CancellationToken stop)
    {
        if (request.Version != RunRequest.CurrentVersion)
            return Reports.NotStarted($"the runner speaks version {RunRequest.CurrentVersion}, not {request.Version}");
        if (request.TimeoutMilliseconds is <= 0 or > int.MaxValue)
            return Reports.NotStarted("the timeout is out of range");
        try
        {
            return request.Runtime switch
            {
                GeneratorRuntime.Python => await python.RunAsync(request, script, progress, stop),
                GeneratorRuntime.Exec => await exec.RunAsync(request, script, progress, stop),
                _ => Reports.NotStarted($"{request.Runtime} has no script to run"),
            };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.RunFailed(e, request.Path);
            return Reports.NotStarted($"the runner failed: {e.Message}");
        }
    }
}
