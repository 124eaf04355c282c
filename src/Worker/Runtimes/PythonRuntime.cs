using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>Runs <c>generate_targets(**params)</c> in a warm interpreter.</summary>
internal sealed class PythonRuntime(ProcessRoom room) : IRuntime, IDisposable
{
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(2);

    private readonly WarmPool _pool = new(room);

    public async Task<ScriptReport> RunAsync(
        RunRequest request, byte[] script, RunProgress progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            WarmInterpreter interpreter;
            try
            {
                interpreter = await progress.WhileAsync(
                    _pool.AcquireAsync(new WarmKey(request.Path, request.Hash), cancellationToken), cancellationToken);
            }
            catch (StartFailedException e)
            {
                return Reports.NotStarted(e.Message);
            }

            var directory = "";
            try
            {
                directory = interpreter.Directories.Create(request.RunId);
                if (interpreter.Directories.WasLost)
                    throw new InterpreterUnfitException("its folder was removed");
                return await RunAsync(interpreter, request, script, directory, cancellationToken);
            }
            catch (InterpreterUnfitException) when (interpreter.Runs > 1 || interpreter.Directories.WasLost)
            {
                // It goes, and the run begins anew in another one; what a fresh one says is final.
                interpreter.IsSpent = true;
            }
            finally
            {
                // Before another run can have it, and before the folder that it is in goes.
                if (directory.Length > 0)
                    interpreter.Directories.Remove(directory);
                await _pool.ReleaseAsync(interpreter);
            }
        }
    }

    public void Dispose() => _pool.Dispose();

    private async Task<ScriptReport> RunAsync(
        WarmInterpreter interpreter, RunRequest request, byte[] script, string directory, CancellationToken stop)
    {
        var isFirst = interpreter.Runs++ == 0;
        var conversation = new Conversation(interpreter, request.Isolation == RunIsolation.Job, room.Killer);
        interpreter.Output.Drain();
        interpreter.Output.Forget();
        using var watched = room.Watch.Begin(interpreter.Process.Owner, directory, interpreter.Output);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var started = Stopwatch.GetTimestamp();
        limit.CancelAfter(TimeSpan.FromMilliseconds(request.TimeoutMilliseconds));
        try
        {
            var answer = await conversation.RunAsync(
                new InterpreterRequest(
                    RandomNumberGenerator.GetHexString(32, lowercase: true),
                    request.SourceFile,
                    directory,
                    request.Parameters,
                    request.Check,
                    request.Isolation == RunIsolation.Job,
                    room.Options.MaxResultBytes),
                isFirst ? script : [],
                limit.Token);
            if (interpreter.HasChildren && !await room.Killer.KillAsync(interpreter.Process.Owner, interpreter.Process.Pid))
                interpreter.IsSpent = true;
            interpreter.IsSpent |= answer.Threads > 0;
            var log = Log(interpreter);
            return answer.Failure is { } failure
                ? Reports.Error(room.Explain(failure), log, started)
                : Reports.Success(answer.Output, log, started);
        }
        catch (OperationCanceledException)
        {
            interpreter.IsSpent = true;
            stop.ThrowIfCancellationRequested();
            var stack = await interpreter.StackAsync(conversation.Pid);
            await room.Killer.EndAsync(interpreter.Process.Owner);
            var traceback = TimeoutTraceback.Build(stack, request.SourceFile, Encoding.UTF8.GetString(script));
            return Reports.Timeout(traceback, Log(interpreter), started);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or ObjectDisposedException
            && !(e is InterpreterUnfitException && !isFirst))
        {
            interpreter.IsSpent = true;
            var message = await EndAsync(interpreter, e);
            var log = Log(interpreter);
            return watched.Exceeded is { } exceeded
                ? Reports.Error(FailureTypes.LimitExceeded, exceeded, "", log, started)
                : Reports.Error(FailureTypes.InterpreterDied, message, log, log, started);
        }
    }

    private async Task<string> EndAsync(WarmInterpreter interpreter, Exception why)
    {
        var exited = interpreter.Process.Exited;
        if (why is InterpreterEndedException { Status: { } child })
            return $"the interpreter {child} while the script ran";
        if (why is InterpreterUnfitException)
            return $"the interpreter could not begin the run: {why.Message}";
        if (why is not InvalidDataException)
            await Task.WhenAny(exited, Task.Delay(DeathLimit));
        var died = interpreter.Process.HasExited;
        await room.Killer.KillAsync(interpreter.Process.Owner, keep: 0);
        return died
            ? $"the interpreter {await exited} while the script ran"
            : "the script closed the interpreter's control channel or wrote into it";
    }

    private static string Log(WarmInterpreter interpreter)
    {
        interpreter.Output.Drain();
        return interpreter.Output.Text();
    }
}
