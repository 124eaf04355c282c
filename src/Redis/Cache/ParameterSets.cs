using HttpSd.Core.Definitions;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Cache;

/// <summary>The parameter sets that a generator keeps; one that makes room goes whole: job, run and result.</summary>
public sealed class ParameterSets(JobQueue queue, ResultCache cache)
{
    // So that sets of a long interval between two requests aren't mistaken for idle.
    private static readonly TimeSpan LeastIdle = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Notes that a set was asked for; false when the generator has as many as it may, and none of them was idle for
    /// 10 minutes and twice the time that a result is fresh.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task<bool> AdmitAsync(GeneratorDefinition definition, string fullPath, CancellationToken cancellationToken)
    {
        var idle = definition.CacheTtl * 2 > LeastIdle ? definition.CacheTtl * 2 : LeastIdle;
        return AdmitAsync(definition, fullPath, idle, cancellationToken);
    }

    /// <summary>Notes that a set was asked for; false when the generator has as many as it may.</summary>
    /// <param name="definition">The generator's.</param>
    /// <param name="fullPath">The set's canonical full path.</param>
    /// <param name="idle">How long another set must not have been asked for to make room.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> AdmitAsync(
        GeneratorDefinition definition, string fullPath, TimeSpan idle, CancellationToken cancellationToken)
    {
        var answer = await cache.AdmitAsync(definition.Path, fullPath, definition.MaxVariants, idle, cancellationToken);
        if (answer.Evicted is { } evicted)
            await DropAsync(definition.WorkerPool, evicted);
        return answer.Admitted;
    }

    /// <summary>Notes that a set is still asked for, if it is known; never makes room.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public Task TouchAsync(GeneratorDefinition definition, string fullPath, CancellationToken cancellationToken) =>
        cache.TouchAsync(definition.Path, fullPath, cancellationToken);

    // The fence first: the owner of a run under way removes all of it, fence included, as soon as it hears that its
    // job is gone, and nobody would remove a fence that came after that.
    // Not the request's token: nobody would come back to a set that is dropped by half.
    private async Task DropAsync(string pool, string fullPath)
    {
        if (await queue.DrawFloorAsync(pool, fullPath, CancellationToken.None) is var floor and > 0)
            await cache.ClearAsync(fullPath, floor, CancellationToken.None);
        var cancelled = await queue.CancelAsync(pool, [fullPath], CancellationToken.None);
        if (cancelled.Floor == 0)
            await cache.DeleteAsync([fullPath], CancellationToken.None);
    }
}
