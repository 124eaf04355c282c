namespace HttpSd.Redis.Connection;

/// <summary>
/// Wakes a loop that waits: messages make it quick, the longest wait makes it sure. A signal that comes before
/// the wait is kept; many before it count once.
/// </summary>
public sealed class WakeSignal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    /// <summary>Ends the wait, or the next one.</summary>
    public void Set()
    {
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Set already.
        }
    }

    /// <summary>Returns when signalled, after the longest wait, or when cancelled; never throws for either.</summary>
    public async Task WaitAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        using var tick = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(tick.Token, cancellationToken);
        try
        {
            await signal.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            // The caller's loop asks why.
        }
    }

    /// <inheritdoc />
    public void Dispose() => signal.Dispose();
}
