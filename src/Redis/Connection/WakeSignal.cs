using System.Threading.Channels;

namespace HttpSd.Redis.Connection;

/// <summary>
/// Wakes a loop that waits: messages make it quick, the longest wait makes it sure. A signal that comes before
/// the wait is kept; many before it count once.
/// </summary>
public sealed class WakeSignal(TimeProvider time)
{
    // A channel of one place, not a semaphore: nothing to dispose, so a loop that is still ending can't trip over it.
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Ends the wait, or the next one.</summary>
    public void Set() => signal.Writer.TryWrite(true);

    /// <summary>Returns when signalled, after the longest wait, or when cancelled; never throws for either.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var tick = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellationToken);
        try
        {
            await signal.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller's loop asks why.
        }
    }
}
