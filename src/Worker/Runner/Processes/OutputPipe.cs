using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// The reading end of what a script writes: everything is read, so the script never blocks, and at most
/// <c>limitBytes</c> are kept, the last ones or, with <c>keepStart</c>, the first ones.
/// </summary>
internal sealed unsafe class OutputPipe(Descriptor pipe, int limitBytes, bool keepStart) : IDisposable
{
    private const int ChunkBytes = 65536, ChunksPerTurn = 32;

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _overflowed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private byte[] _kept = [];
    private int _length;
    private bool _closed;
    private long _total;

    public int Number => pipe.Number;

    public bool IsOpen => !Volatile.Read(ref _closed);

    /// <summary>How many bytes have come, kept or not.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Completes when more than the limit has come and <c>keepStart</c> is set.</summary>
    public Task Overflowed => _overflowed.Task;

    /// <summary>Reads what is there now, without waiting.</summary>
    [SkipLocalsInit]
    public void Drain()
    {
        lock (_gate)
        {
            var chunk = stackalloc byte[ChunkBytes];
            for (var i = 0; i < ChunksPerTurn && !_closed; i++)
            {
                var count = Libc.read(pipe.Number, chunk, ChunkBytes);
                if (count > 0)
                    Keep(new ReadOnlySpan<byte>(chunk, (int)count));
                else if (count == 0 || Marshal.GetLastPInvokeError() is not (Libc.Eagain or Libc.Eintr))
                    Close();
                else
                    return;
            }
        }
    }

    /// <summary>Reads all that is left in the pipe; nobody may be writing any more.</summary>
    public void DrainAll()
    {
        // A pipe holds at most 1 MiB unless a privileged process has made it larger.
        for (var i = 0; i < 16; i++)
            Drain();
    }

    public void Forget()
    {
        lock (_gate)
            _length = 0;
    }

    public byte[] Bytes()
    {
        lock (_gate)
            return keepStart || _length <= limitBytes ? _kept[.._length] : _kept[(_length - limitBytes).._length];
    }

    /// <summary>The text kept; a character cut in two at the beginning is dropped.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> bytes = Bytes();
        while (bytes is [>= 0x80 and < 0xc0, ..])
            bytes = bytes[1..];
        return bytes.IsEmpty ? "" : Encoding.UTF8.GetString(bytes);
    }

    public void Dispose()
    {
        lock (_gate)
            Close();
    }

    private void Close()
    {
        Volatile.Write(ref _closed, true);
        pipe.Dispose();
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        Volatile.Write(ref _total, _total + bytes.Length);
        if (keepStart)
        {
            if (_length + bytes.Length > limitBytes)
                _overflowed.TrySetResult();
            bytes = bytes[..Math.Min(bytes.Length, limitBytes - _length)];
        }
        else
        {
            bytes = bytes[Math.Max(0, bytes.Length - limitBytes)..];
            if (_length + bytes.Length > 2 * limitBytes)
            {
                // Twice the limit is kept at most, so that moving the tail is rare.
                _kept.AsSpan(_length - limitBytes, limitBytes).CopyTo(_kept);
                _length = limitBytes;
            }
        }

        if (_kept.Length < _length + bytes.Length)
            Array.Resize(ref _kept, Math.Max(_length + bytes.Length, Math.Min(_kept.Length * 2, 2 * limitBytes)));
        bytes.CopyTo(_kept.AsSpan(_length));
        _length += bytes.Length;
    }
}
