using System.Buffers;
using System.IO.Pipelines;
using HttpSd.Operator.Runtime.Client;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Lines of a stream as bytes, of bounded length.</summary>
internal sealed class LineReader(Stream stream, int maxBytes) : IAsyncDisposable
{
    private readonly PipeReader reader = PipeReader.Create(stream);
    private SequencePosition? taken;

    /// <summary>
    /// The next line, good until the next call; null at the end. <c>Ended</c> is false when the stream ended
    /// within the line.
    /// </summary>
    public async ValueTask<(ReadOnlySequence<byte> Bytes, bool Ended)?> ReadAsync(CancellationToken cancellationToken)
    {
        if (taken is { } position)
            reader.AdvanceTo(position);
        taken = null;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                taken = buffer.GetPosition(1, end);
                return (buffer.Slice(0, end), true);
            }
            if (result.IsCompleted)
            {
                taken = buffer.End;
                return buffer.IsEmpty ? null : (buffer, false);
            }
            if (buffer.Length > maxBytes)
                throw new ApiFaultException(Fault.Unreadable, $"a line of more than {maxBytes} bytes");
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    public ValueTask DisposeAsync() => reader.CompleteAsync();
}
