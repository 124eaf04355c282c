using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Processes;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>What a script came to: its list, or why there is none.</summary>
internal sealed record Answer(byte[] Output, RunFailure? Failure, int Threads);

/// <summary>The interpreter, or the child that did the run, ended before it had answered.</summary>
internal sealed class InterpreterEndedException(ExitStatus? status) : IOException("the interpreter ended")
{
    /// <summary>How the child ended; null when the interpreter itself did.</summary>
    public ExitStatus? Status => status;
}

/// <summary>The run has not begun: what an earlier run left made the interpreter unfit for it.</summary>
internal sealed class InterpreterUnfitException(string message) : IOException(message);

/// <summary>One run, as it is talked over with an interpreter.</summary>
internal sealed class Conversation(WarmInterpreter interpreter, bool isForked, Killer killer)
{
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(20);

    /// <summary>The process that does the run.</summary>
    public int Pid { get; private set; } = interpreter.Process.Pid;

    public async Task<Answer> RunAsync(InterpreterRequest request, byte[] script, CancellationToken cancellationToken)
    {
        // Nobody has asked anything yet: who speaks now does so for a run that is over.
        if (interpreter.Runs > 1 && interpreter.HasSpoken)
            throw new InterpreterUnfitException("something was said on its control channel between two runs");
        await interpreter.Channel.WriteAsync(
            request, WireJson.Default.InterpreterRequest, script, cancellationToken);
        Answer? answer = null;
        while (true)
        {
            var next = interpreter.Channel.ReadAsync(WireJson.Default.InterpreterFrame, cancellationToken);
            var (said, body) = await (answer is null ? next : FarewellAsync(next.AsTask())) ?? throw new InterpreterEndedException(null);
            if (said.Token != request.Token)
                throw new InvalidDataException("a frame is not of this run");
            switch (said.Kind)
            {
                case "unready" when answer is null:
                    throw new InterpreterUnfitException(said.Message);
                case "child" when isForked:
                    Pid = said.Pid;
                    continue;
                case "exit" when isForked:
                    return answer ?? throw new InterpreterEndedException(new ExitStatus(said.Status));
                case "result" when answer is null:
                    answer = new Answer(body, null, said.Threads);
                    break;
                case "error" when answer is null:
                    answer = new Answer([], new RunFailure(said.Type, said.Message, said.Traceback), said.Threads);
                    break;
                default:
                    throw new InvalidDataException($"a frame of kind '{said.Kind}' is not expected");
            }

            if (!isForked)
                return answer;

            answer = answer with { Threads = 0 };
        }
    }

    // The child ends by itself after its answer, its threads with it, and its parent says so; one that stays is ended.
    private async ValueTask<(InterpreterFrame Header, byte[] Body)?> FarewellAsync(Task<(InterpreterFrame Header, byte[] Body)?> exit)
    {
        if (await Task.WhenAny(exit, Task.Delay(Farewell)) != exit)
            await killer.KillAsync(interpreter.Process.Owner, interpreter.Process.Pid);
        return await exit;
    }
}
