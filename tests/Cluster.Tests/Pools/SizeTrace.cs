namespace HttpSd.Cluster.Tests.Pools;

/// <summary>Every size that a Deployment has had. It is looked at more often than it is decided on.</summary>
internal sealed class SizeTrace : IAsyncDisposable
{
    private readonly PoolKeeper keeper;
    private readonly CancellationTokenSource ending = new();
    private readonly SemaphoreSlim turn = new(1);
    private readonly List<int> sizes = [];
    private readonly Task looking;

    public SizeTrace(PoolKeeper keeper)
    {
        this.keeper = keeper;
        looking = Task.Run(KeepLookingAsync);
    }

    /// <summary>Each size that was another than the one before, the present one included.</summary>
    public async Task<IReadOnlyList<int>> AllAsync()
    {
        // One look after the other, or an older answer would be noted after a newer one.
        await turn.WaitAsync();
        try
        {
            var now = await keeper.ReplicasAsync();
            if (sizes.Count == 0 || sizes[^1] != now)
                sizes.Add(now);
            return [.. sizes];
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await looking.WaitAsync(TimeSpan.FromSeconds(30));
        ending.Dispose();
        turn.Dispose();
    }

    private async Task KeepLookingAsync()
    {
        for (; !ending.IsCancellationRequested; await Task.Delay(100))
            await AllAsync();
    }
}
