using System.Diagnostics;
using System.Text;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>Runs a script with a <c>#!</c> line, a process per run.</summary>
internal sealed class ExecRuntime(ProcessRoom room) : IRuntime
{
    private readonly string? _prlimit = ScriptEnvironment.Find("prlimit");

    public async Task<ScriptReport> RunAsync(
        RunRequest request, byte[] script, RunProgress progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var shebang = Shebang.Parse(Encoding.UTF8.GetString(script.AsSpan(0, Math.Min(script.Length, 4096))));
        var program = shebang?.Resolve(room.Options.Interpreters);
        if (shebang is null || program is null)
        {
            var message = shebang is null
                ? "the script's first line is not a #! line that names an interpreter"
                : $"the interpreter {shebang.Program} is not on the allow-list Worker:Interpreters";
            return Reports.Error(FailureTypes.InterpreterNotAllowed, message, "", "", started);
        }

        if (program.Length == 0)
            return Reports.NotStarted($"the interpreter {shebang.Program} is not installed");

        var directory = room.Directories.Create(request.RunId);
        var owner = room.NewOwner();
        try
        {
            var run = new ExecRun(owner, directory, [.. room.Limits.Prefix(_prlimit), .. room.Wall.Prefix(directory), program, .. shebang.Arguments]);
            return await RunAsync(run, request, script, cancellationToken);
        }
        catch (IOException e)
        {
            return Reports.NotStarted($"the script could not be started: {e.Message}");
        }
        finally
        {
            await room.Killer.KillAsync(owner, keep: 0);
            room.Directories.Remove(directory);
        }
    }

    private async Task<ScriptReport> RunAsync(
        ExecRun run, RunRequest request, byte[] script, CancellationToken cancellationToken)
    {
        var (output, outputEnd) = room.OpenPipe(room.Options.MaxResultBytes, keepStart: true);
        var (errors, errorsEnd) = room.OpenPipe(ProcessRoom.TailBytes, keepStart: false);
        using var openOutput = output;
        using var openErrors = errors;
        ChildProcess process;
        using (outputEnd)
        using (errorsEnd)
        using (var input = ExecRun.Input(request))
            process = await room.Children.StartAsync(run.Plan(room.Environment, request, script, [input, outputEnd, errorsEnd]));

        using var watched = room.Watch.Begin(run.Owner, run.Directory, errors);
        var started = Stopwatch.GetTimestamp();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var limit = Task.Delay(TimeSpan.FromMilliseconds(request.TimeoutMilliseconds), waiting.Token);
        var first = await Task.WhenAny(process.Exited, output.Overflowed, limit);
        await waiting.CancelAsync();

        cancellationToken.ThrowIfCancellationRequested();
        if (first == limit)
        {
            await room.Killer.EndAsync(run.Owner);
            errors.Drain();
            return Reports.Timeout(errors.Text(), errors.Text(), started);
        }

        // Also what holds the pipes open in the background; what it wrote until now counts.
        await room.Killer.KillAsync(run.Owner, keep: 0);
        var status = await process.Exited;
        output.DrainAll();
        errors.Drain();
        return watched.Exceeded is { } exceeded
            ? Reports.Error(FailureTypes.LimitExceeded, exceeded, "", errors.Text(), started)
            : Judge(status, output, errors.Text(), started);
    }

    private ScriptReport Judge(ExitStatus status, OutputPipe output, string log, long started)
    {
        if (output.Overflowed.IsCompleted)
        {
            var message = $"the output is over {room.Options.MaxResultBytes} bytes, what Worker:MaxResultBytes allows";
            return Reports.Error(FailureTypes.ResultTooLarge, message, "", log, started);
        }

        if (!status.IsSuccess)
            return Reports.Error(room.Explain(new(FailureTypes.ExitStatus, $"the script {status}", log)), log, started);
        var bytes = output.Bytes();
        return bytes.Length > 0
            ? Reports.Success(bytes, log, started)
            : Reports.Error(
                FailureTypes.InvalidResult,
                "the script printed nothing on standard output; a JSON array is expected",
                "",
                log,
                started);
    }
}
