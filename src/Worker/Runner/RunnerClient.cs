using System.Collections.Concurrent;
using System.Net.Sockets;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runner;

/// <summary>The agent's side of the runner's socket. Safe for concurrent runs, a connection each.</summary>
/// <param name="socketPath">Where the runner listens; it need not exist yet.</param>
/// <param name="options">Limits.</param>
public sealed class RunnerClient(string socketPath, RunnerClientOptions options) : IScriptRunner, IAsyncDisposable
{
    private readonly ConcurrentStack<RunnerConnection> _idle = [];
    private volatile bool _isDisposed;

    /// <inheritdoc/>
    public async Task<ScriptReport> RunAsync(ScriptRun run, CancellationToken cancellationToken)
    {
        RunnerConnection? connection = null;
        try
        {
            connection = Reuse() ?? await RunnerConnection.OpenAsync(socketPath, options, cancellationToken);
            var report = await connection.RunAsync(run, options.Slack, cancellationToken);
            GiveBack(connection);
            return report;
        }
        catch (Exception e)
        {
            connection?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var why = e switch
            {
                OperationCanceledException => "the runner did not answer in time",
                IOException or SocketException or InvalidDataException => $"the runner failed: {e.Message}",
                _ => null,
            };
            if (why is null)
                throw;
            return new ScriptReport(
                RunOutcome.Error, default, new RunFailure(FailureTypes.RunnerFailed, why, ""), "", TimeSpan.Zero);
        }
    }

    /// <summary>Closes the idle connections, and those of the runs under way when they end.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        while (_idle.TryPop(out var connection))
            connection.Dispose();
        return ValueTask.CompletedTask;
    }

    private RunnerConnection? Reuse()
    {
        while (_idle.TryPop(out var connection))
        {
            if (connection.IsUsable)
                return connection;
            connection.Dispose();
        }

        return null;
    }

    private void GiveBack(RunnerConnection connection)
    {
        if (_isDisposed)
            connection.Dispose();
        else
            _idle.Push(connection);
    }
}
