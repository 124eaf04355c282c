using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runtimes;

/// <summary>
/// The warm interpreters, at most <c>MaxWarmRunners</c> of them. A run that finds none of its own starts one,
/// in the place of the idle one longest unused when all places are taken; when all are busy it waits.
/// </summary>
internal sealed class WarmPool(ProcessRoom room) : IDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private readonly List<WarmInterpreter> _idle = [];
    private readonly HashSet<WarmInterpreter> _busy = [];
    private readonly SemaphoreSlim _places = new(room.Options.MaxWarmRunners);
    private int _taken;

    /// <summary>An interpreter for one run; a <see cref="StartFailedException"/> says why there is none.</summary>
    public async ValueTask<WarmInterpreter> AcquireAsync(WarmKey key, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        try
        {
            var unwanted = new List<WarmInterpreter>();
            var found = Take(key, unwanted);
            foreach (var interpreter in unwanted)
                await EndAsync(interpreter);
            if (found is null)
            {
                found = await StartAsync(key, cancellationToken);
                lock (_gate)
                    _busy.Add(found);
            }

            return found;
        }
        catch
        {
            GiveBack();
            throw;
        }
    }

    /// <summary>Ends the use of an interpreter, and the interpreter itself when it is spent.</summary>
    public async ValueTask ReleaseAsync(WarmInterpreter interpreter)
    {
        bool keep;
        lock (_gate)
        {
            _busy.Remove(interpreter);
            keep = !interpreter.IsSpent && interpreter.Runs < room.Options.RunnerMaxJobs;
            if (keep)
                _idle.Add(interpreter);
        }

        if (!keep)
            await EndAsync(interpreter);
        GiveBack();
    }

    public void Dispose() => _places.Dispose();

    private WarmInterpreter? Take(WarmKey key, List<WarmInterpreter> unwanted)
    {
        lock (_gate)
        {
            _taken++;
            WarmInterpreter? found = null;
            for (var i = _idle.Count - 1; i >= 0; i--)
            {
                var idle = _idle[i];
                if (found is null && idle.Key == key && !idle.Process.HasExited)
                    found = idle;
                else if (idle.Process.HasExited || (idle.Key.Path == key.Path && idle.Key != key))
                    unwanted.Add(idle);
                else
                    continue;
                _idle.RemoveAt(i);
            }

            foreach (var busy in _busy)
                busy.IsSpent |= busy.Key.Path == key.Path && busy.Key != key;
            if (found is not null)
                _busy.Add(found);
            else if (_taken + _idle.Count > room.Options.MaxWarmRunners)
            {
                unwanted.Add(_idle[0]);
                _idle.RemoveAt(0);
            }

            return found;
        }
    }

    private void GiveBack()
    {
        lock (_gate)
            _taken--;
        _places.Release();
    }

    private async Task<WarmInterpreter> StartAsync(WarmKey key, CancellationToken cancellationToken)
    {
        var python = ScriptEnvironment.Find(room.Options.Python)
            ?? throw new StartFailedException($"{room.Options.Python} was not found on {ScriptEnvironment.SearchPath}");
        WarmInterpreter? started = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        try
        {
            started = await WarmInterpreter.StartAsync(key, python, room);
            var ready = await started.Channel.ReadAsync(WireJson.Default.InterpreterFrame, limit.Token);
            return ready?.Header.Kind == "ready" ? started : throw new IOException("it ended at once");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException)
        {
            var said = "";
            if (started is not null)
            {
                started.Output.Drain();
                said = started.Output.Text();
                await EndAsync(started);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var why = e is OperationCanceledException ? $"it was not ready within {StartLimit.TotalSeconds} s" : e.Message;
            throw new StartFailedException($"the interpreter {python} did not start: {why} {said}".TrimEnd());
        }
    }

    private async Task EndAsync(WarmInterpreter interpreter)
    {
        await room.Killer.KillAsync(interpreter.Process.Owner, keep: 0);
        interpreter.Dispose();
    }
}

/// <summary>A script could not be started; the message says why.</summary>
internal sealed class StartFailedException(string message) : Exception(message);
