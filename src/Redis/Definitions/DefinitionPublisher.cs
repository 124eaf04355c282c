using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.Redis.Definitions;

/// <summary>What a publication did, for the log.</summary>
/// <param name="Published">New or changed paths.</param>
/// <param name="Removed">Paths that are gone.</param>
public sealed record PublicationReport(IReadOnlyList<string> Published, IReadOnlyList<string> Removed);

/// <summary>
/// Makes Redis hold exactly the definitions wanted. There is one publisher per store and key prefix: the
/// operator, or <c>httpsd serve</c>.
/// </summary>
/// <remarks>
/// The order matters. Publishing: definition, then demand, then the fence, so that no run of the old script
/// stores after the new one was asked for. Removing: definition, then jobs, then results; a run that stores
/// after all that finds its job gone and removes its own keys.
/// </remarks>
public sealed class DefinitionPublisher(DefinitionStore store, JobQueue queue, ResultCache cache)
{
    private readonly StaticLists lists = new(store, cache, new ParameterSets(queue, cache));
    private readonly Dictionary<string, GeneratorScript> published = new(StringComparer.Ordinal);
    private readonly ParameterSets sets = new(queue, cache);
    private string epoch = "";

    /// <summary>True when the store holds what was published last, as far as is known.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<bool> IsCurrentAsync(CancellationToken cancellationToken) =>
        epoch.Length > 0 && await store.ReadEpochAsync(cancellationToken) == epoch;

    /// <summary>Publishes what is new or changed and removes what isn't wanted; then says that it is complete.</summary>
    /// <param name="wanted">Every definition, sealed, each path once.</param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; the next call goes on.</exception>
    public async Task<PublicationReport> PublishAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken)
    {
        var (storedEpoch, storedPaths) = await store.ReadPathsAsync(cancellationToken);
        if (storedEpoch != epoch)
            published.Clear();

        var changed = new List<string>();
        // Lists first: scripts may ask the server for them.
        foreach (var script in wanted.OrderBy(w => w.Definition.Runtime == GeneratorRuntime.Static ? 0 : 1))
        {
            if (published.TryGetValue(script.Definition.Path, out var before) && before.Definition.Hash == script.Definition.Hash)
                continue;
            if (await PublishOneAsync(script, cancellationToken))
                changed.Add(script.Definition.Path);
            published[script.Definition.Path] = script;
        }

        var kept = wanted.Select(w => w.Definition.Path).ToHashSet(StringComparer.Ordinal);
        var removed = storedPaths.Where(p => !kept.Contains(p)).ToList();
        foreach (var path in removed)
        {
            await RemoveOneAsync(path, cancellationToken);
            published.Remove(path);
        }

        if (storedEpoch.Length == 0)
            await store.SealAsync(epoch = Guid.NewGuid().ToString("n"), cancellationToken);
        else
            epoch = storedEpoch;
        return new PublicationReport(changed, removed);
    }

    /// <summary>
    /// Stores static lists again that the store has lost by itself, as by eviction: no worker makes them anew.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RestoreListsAsync(IReadOnlyList<GeneratorScript> wanted, CancellationToken cancellationToken)
    {
        foreach (var script in wanted.Where(w => w.Definition.Runtime == GeneratorRuntime.Static))
        {
            if ((await cache.ReadAsync(StaticLists.FullPath(script.Definition.Path), cancellationToken)).Result is null)
                await lists.StoreAsync(script, token: 0, cancellationToken);
        }
    }

    private async Task<bool> PublishOneAsync(GeneratorScript script, CancellationToken cancellationToken)
    {
        var definition = script.Definition;
        var (revision, changed) = await store.PublishAsync(script, cancellationToken);
        if (definition.Runtime == GeneratorRuntime.Static)
        {
            await lists.StoreAsync(script, token: 0, cancellationToken);
            return changed;
        }
        if (!changed)
            return false;

        var key = ParameterRules.Resolve(definition, []).Key ?? new RequestKey(definition.Path, []);
        await sets.AdmitAsync(definition, key.FullPath, TimeSpan.Zero, cancellationToken);
        if (definition.Suspend)
            return true;
        var demand = await queue.EnqueueAsync(definition.WorkerPool, key, revision, reload: true, cancellationToken);
        foreach (var variant in await cache.ReadVariantsAsync(definition.Path, cancellationToken))
            await cache.RaiseAsync(variant, demand.Floor, cancellationToken);
        return true;
    }

    private async Task RemoveOneAsync(string path, CancellationToken cancellationToken)
    {
        var pool = (await store.ReadScriptAsync(path, cancellationToken))?.Script.Definition.WorkerPool ?? Keys.DefaultPool;
        await store.RemoveAsync(path, cancellationToken);
        await RemoveKeysAsync(pool, path, cancellationToken);
    }

    /// <summary>Removes jobs and results of a generator that is gone; also for a run that stored too late.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RemoveKeysAsync(string pool, string path, CancellationToken cancellationToken)
    {
        var variants = await cache.ReadVariantsAsync(path, cancellationToken);
        await queue.CancelAsync(pool, variants, cancellationToken);
        await cache.DeleteAsync(variants, cancellationToken);
        await cache.DeleteVariantsAsync(path, cancellationToken);
    }
}
