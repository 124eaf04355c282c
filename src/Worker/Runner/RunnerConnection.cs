using System.Net.Sockets;
using System.Text;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Runner;

/// <summary>A connection to the runner; closing it ends its run.</summary>
internal sealed class RunnerConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly FrameChannel _channel;

    private RunnerConnection(Socket socket, int maxResultBytes)
    {
        _socket = socket;
        _channel = new FrameChannel(
            new NetworkStream(socket, ownsSocket: true),
            RunnerSession.MaxHeaderBytes,
            Math.Max(maxResultBytes, RunnerSession.MaxScriptBytes));
    }

    /// <summary>Whether an idle connection can still be used: one that can be read from was closed.</summary>
    public bool IsUsable => !_socket.Poll(0, SelectMode.SelectRead);

    public static async Task<RunnerConnection> OpenAsync(
        string socketPath, RunnerClientOptions options, CancellationToken cancellationToken)
    {
        var gives = Environment.TickCount64 + (long)options.ConnectTimeout.TotalMilliseconds;
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return new RunnerConnection(socket, options.MaxResultBytes);
            }
            catch (SocketException) when (Environment.TickCount64 < gives)
            {
                socket.Dispose();
                await Task.Delay(TimeSpan.FromMilliseconds(50), cancellationToken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    public async Task<ScriptReport> RunAsync(ScriptRun run, TimeSpan slack, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var allowed = run.Script.Definition.Timeout + slack;
        limit.CancelAfter(allowed);
        await _channel.WriteAsync(
            RunRequest.Of(run), WireJson.Default.RunRequest, Encoding.UTF8.GetBytes(run.Script.Script), limit.Token);
        while (true)
        {
            var (reply, body) = await _channel.ReadAsync(WireJson.Default.RunReply, limit.Token)
                ?? throw new EndOfStreamException("the runner closed the connection");
            if (reply.State == RunState.Done)
                return reply.Report(body);
            run.Waited?.Invoke();
            limit.CancelAfter(allowed);
        }
    }

    public void Dispose() => _channel.Dispose();
}
