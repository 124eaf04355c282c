using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using StackExchange.Redis;

namespace HttpSd.Redis.History;

/// <summary>
/// A file of what one process asked of Redis: a line when a script is called, and a line when it has answered. A call
/// without the second line may or may not have been carried out, and what was still on its way to the file when the
/// process was killed is missing at its end. Only for finding faults; see <c>Redis:HistoryFolder</c>.
/// </summary>
internal sealed class CallHistory : IAsyncDisposable
{
    /// <summary>Where a file ends, with a line that says so.</summary>
    public const long MaxFileBytes = 256L << 20;

    // Callers don't wait for a slow disk: what doesn't fit is counted, and a line says how much it was.
    private const int MaxWaiting = 16_384;

    private const int MaxAtOnce = 1 << 16;

    // A script is called with a connection and nothing else; this is how a connection knows its history.
    private static readonly ConditionalWeakTable<IConnectionMultiplexer, CallHistory> Attached = [];

    private readonly Channel<CallEvent> waiting = Channel.CreateBounded<CallEvent>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly FileStream file;
    private readonly ArrayBufferWriter<byte> lines = new();
    private readonly HistoryLine line;
    private readonly long most;
    private readonly Task writing;
    private long calls, lost;
    private bool full;

    public CallHistory(string folder, long most = MaxFileBytes)
    {
        var process = Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown";
        File = Path.Combine(folder, $"{process}-{Environment.ProcessId}-{Guid.NewGuid():n}.jsonl");
        // No buffer of its own: what is written is the kernel's, and outlives the process.
        file = new FileStream(File, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        line = new HistoryLine(lines);
        this.most = most;
        line.WriteHead(process, Environment.ProcessId, HistoryLine.Now());
        writing = Task.Run(WriteAsync);
    }

    /// <summary>Its own one, so that no two processes share it.</summary>
    public string File { get; }

    /// <summary>The history that a connection's calls go to; null: none.</summary>
    public static CallHistory? Of(IConnectionMultiplexer connection) =>
        Attached.TryGetValue(connection, out var history) ? history : null;

    /// <summary>From now on the connection's calls go here.</summary>
    public void Attach(IConnectionMultiplexer connection) => Attached.AddOrUpdate(connection, this);

    /// <summary>Calls a script and keeps that it did.</summary>
    public async Task<RedisResult> RecordAsync(string script, RedisKey[] keys, RedisValue[] arguments, Func<Task<RedisResult>> call)
    {
        var number = Interlocked.Increment(ref calls);
        Take(new CallBegun(number, HistoryLine.Now(), script, keys, arguments));
        try
        {
            var reply = await call();
            Take(new CallEnded(number, HistoryLine.Now(), script, reply, null));
            return reply;
        }
        catch (Exception e)
        {
            // Not its message, which may quote what was sent.
            Take(new CallEnded(number, HistoryLine.Now(), script, null, e.GetType().Name));
            throw;
        }
    }

    /// <summary>Writes what is waiting, and that the history is complete.</summary>
    public async ValueTask DisposeAsync()
    {
        waiting.Writer.TryComplete();
        await writing;
        await file.DisposeAsync();
        line.Dispose();
    }

    private void Take(CallEvent call)
    {
        if (!waiting.Writer.TryWrite(call))
            Interlocked.Increment(ref lost);
    }

    private async Task WriteAsync()
    {
        await FlushAsync();
        while (await waiting.Reader.WaitToReadAsync())
        {
            while (lines.WrittenCount < MaxAtOnce && waiting.Reader.TryRead(out var call))
                Write(call);
            WriteLost();
            await FlushAsync();
        }
        WriteLost();
        line.Write("ended", HistoryLine.Now());
        await FlushAsync();
    }

    private void Write(CallEvent call)
    {
        if (full)
            return;
        if (file.Position + lines.WrittenCount > most)
        {
            full = true;
            line.Write("full", call.At);
            return;
        }
        line.Write(call);
    }

    private void WriteLost()
    {
        if (Interlocked.Exchange(ref lost, 0) is var missing and > 0)
            line.Write("lost", missing);
    }

    private async Task FlushAsync()
    {
        try
        {
            await file.WriteAsync(lines.WrittenMemory);
        }
        catch (IOException)
        {
            // A disk that is full must not harm the process; once there is room a line says that some are missing.
            Interlocked.Increment(ref lost);
            lines.ResetWrittenCount();
            // A line of its own, whatever was cut short before it.
            lines.Write("\n"u8);
            return;
        }
        lines.ResetWrittenCount();
    }
}
