using HttpSd.Core.Definitions;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;

namespace HttpSd.Operator.Store;

/// <summary>
/// What Redis holds of definitions, as this leader has read and written it: nobody else writes. Changes of one
/// path go one after the other; a replacement of everything waits for them and keeps them waiting.
/// </summary>
internal sealed class PublishedDefinitions(DefinitionPublisher publisher, DefinitionStore store, ILeaderElection leadership) : IDisposable
{
    private const int Changes = 64;

    private readonly DefinitionIndex index = new();
    private readonly SemaphoreSlim changing = new(Changes, Changes);
    private readonly SemaphoreSlim[] paths = [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1, 1))];
    private volatile bool known;

    /// <summary>
    /// What is stored under a name, wherever, and what is stored at a path, whoever's it is. Waits for the end of a
    /// replacement: until then a definition that it publishes from an object's former state isn't known of, and who
    /// removes what the object has left would leave that one behind.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Redis was never read so far: to know of nothing isn't to know that there is nothing.</exception>
    public async Task<IReadOnlyList<StoredDefinition>> ReadAsync(string name, string? path, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            return known ? index.Of(name, path) : throw new StoreUnavailableException("what is published was not read yet");
        }
        finally
        {
            changing.Release();
        }
    }

    /// <summary>Where the result of the run without parameters is kept; null when nothing is stored at the path.</summary>
    public string? FullPath(string path) => index.FullPath(path);

    /// <summary>The pool of the generator whose result without parameters is kept there; null when none is stored.</summary>
    public string? PoolOf(string fullPath) => index.PoolOf(fullPath);

    /// <summary>The pools that stored definitions name; none before Redis was read.</summary>
    public IReadOnlyCollection<string> Pools => index.Pools;

    /// <summary>The last question before each write: Redis asks nobody for a lease, and a leader that slept longer than its own would write over its successor's.</summary>
    /// <exception cref="LeadershipLostException">This process no longer leads.</exception>
    public void EnsureLeads()
    {
        if (!leadership.IsLeader)
            throw new LeadershipLostException();
    }

    /// <summary>Publishes a definition. What somebody else has at its path goes first, with its results.</summary>
    public Task PutAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        ChangeAsync(script.Definition.Path, async () =>
        {
            var definition = script.Definition;
            if (index.At(definition.Path) is { } there && !there.IsOf(definition.Name, definition.Uid))
            {
                await publisher.RemoveAsync(definition.Path, cancellationToken);
                index.Remove(definition.Path);
            }
            // A write that isn't answered may have been done all the same; who is deleted or moves then has to take it along.
            index.Doubt(definition);
            await publisher.PutAsync(script, cancellationToken);
            index.Put(definition);
        }, cancellationToken);

    /// <summary>Removes a definition with its results, if it is still this one that is stored.</summary>
    public Task RemoveAsync(StoredDefinition definition, CancellationToken cancellationToken) =>
        ChangeAsync(definition.Path, async () =>
        {
            if (index.At(definition.Path) != definition)
                return;
            await publisher.RemoveAsync(definition.Path, cancellationToken);
            index.Remove(definition.Path);
        }, cancellationToken);

    /// <summary>Makes the store hold exactly what is planned, and says that it is complete.</summary>
    /// <param name="plan">
    /// Called with all that is stored, while nothing else changes, and with what is stored and can't be read: what
    /// has to go with its results first, and all that is wanted.
    /// </param>
    /// <param name="cancellationToken">Ends it half-way; the next call goes on.</param>
    public async Task<PublicationReport> ReplaceAsync(
        Func<IReadOnlyList<StoredDefinition>, IReadOnlyList<UnknownDefinition>, Task<FullPlan>> plan, CancellationToken cancellationToken)
    {
        var taken = 0;
        try
        {
            for (; taken < Changes; taken++)
                await changing.WaitAsync(cancellationToken);
            var (stored, unknown) = await store.ReadAllAsync(cancellationToken);
            publisher.Compare(stored);
            index.Replace(stored.Select(s => s.Definition));
            var planned = await plan(index.All, unknown);
            foreach (var orphan in planned.Orphans)
            {
                EnsureLeads();
                await publisher.RemoveAsync(orphan.Path, cancellationToken);
                index.Remove(orphan.Path);
            }
            var report = await publisher.PublishWantedAsync(planned.Wanted, EnsureLeads, cancellationToken);
            var before = stored.ToDictionary(s => s.Definition.Path, s => s.Definition, StringComparer.Ordinal);
            foreach (var orphan in planned.Orphans)
                before.Remove(orphan.Path);
            index.Replace(planned.Wanted
                .Select(w => publisher.Holds(w.Definition) ? w.Definition : before.GetValueOrDefault(w.Definition.Path))
                .OfType<GeneratorDefinition>());
            known = true;
            return report with { Removed = [.. planned.Orphans.Select(o => o.Path), .. report.Removed] };
        }
        finally
        {
            if (taken > 0)
                changing.Release(taken);
        }
    }

    /// <summary>Ends what removals and moves have begun.</summary>
    public Task EndRemovalsAsync(CancellationToken cancellationToken) => publisher.EndRemovalsAsync(EnsureLeads, cancellationToken);

    public void Dispose()
    {
        changing.Dispose();
        foreach (var path in paths)
            path.Dispose();
    }

    private async Task ChangeAsync(string path, Func<Task> change, CancellationToken cancellationToken)
    {
        await changing.WaitAsync(cancellationToken);
        try
        {
            var own = paths[(uint)string.GetHashCode(path, StringComparison.Ordinal) % paths.Length];
            await own.WaitAsync(cancellationToken);
            try
            {
                EnsureLeads();
                await change();
            }
            finally
            {
                own.Release();
            }
        }
        finally
        {
            changing.Release();
        }
    }
}

/// <summary>What the store is to hold.</summary>
/// <param name="Orphans">Stored definitions that go with their results before anything is published.</param>
/// <param name="Wanted">All definitions, sealed, each path once.</param>
internal sealed record FullPlan(IReadOnlyList<StoredDefinition> Orphans, IReadOnlyList<WantedDefinition> Wanted);
