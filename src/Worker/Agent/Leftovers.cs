using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>Keys of jobs that were taken away: whoever took them did not know what would still be stored.</summary>
internal sealed class Leftovers(DefinitionStore store, DefinitionPublisher publisher, ResultCache cache)
{
    /// <summary>
    /// When the generator was deleted or its parameter set made room for another, what was just stored, or the fence
    /// against it, has to go too. When Redis has lost its data, what was stored is the last good list.
    /// </summary>
    public async Task RemoveAsync(ClaimedJob job, RequestKey key, GeneratorDefinition definition)
    {
        var now = await store.ReadAtAsync(definition.Path, CancellationToken.None);
        if (now.IsRemoved)
        {
            await publisher.RemoveKeysAsync(job.Pool, definition.Path, CancellationToken.None);
            // Who removed it has removed the list of its sets as well.
            await cache.DeleteAsync([key.FullPath], CancellationToken.None);
        }
        else if (now.Definition is not null && !await cache.IsVariantAsync(definition.Path, key.FullPath, CancellationToken.None))
        {
            await cache.DeleteAsync([key.FullPath], CancellationToken.None);
        }
    }

    /// <summary>Whoever asked for a job as its generator went may have left keys that nobody else looks for.</summary>
    public async Task RemoveGoneAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        if (JobPath.Of(job.FullPath) is { } path && (await store.ReadAtAsync(path, cancellationToken)).IsRemoved)
            await publisher.RemoveKeysAsync(job.Pool, path, cancellationToken);
    }
}
