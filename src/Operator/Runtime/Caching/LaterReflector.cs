namespace HttpSd.Operator.Runtime.Caching;

/// <summary>A reflector that begins when another has its first list, since what it keeps depends on that.</summary>
internal sealed class LaterReflector(IReflector inner, Func<bool> when, TimeProvider time) : IReflector
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private volatile bool begun;

    public string Name => inner.Name;

    public bool Synced => inner.Synced;

    public string? Trouble => inner.Trouble;

    /// <summary>Waiting is no fault of its own: the other one tells its troubles itself.</summary>
    public bool Alive => !begun || inner.Alive;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!when())
            await Task.Delay(Look, time, cancellationToken);
        var running = inner.RunAsync(cancellationToken);
        begun = true;
        await running;
    }
}
