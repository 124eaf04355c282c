using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using Microsoft.Extensions.Options;

namespace HttpSd.LocalCluster.Scale;

/// <summary>
/// Stores what thousands of scripts would have brought, as workers do it, so that only what follows from runs
/// takes time and not the scripts.
/// </summary>
internal sealed class PlayedRuns(string redisUrl) : IAsyncDisposable
{
    private readonly RedisConnection redis = new(Options.Create(new RedisOptions { Url = redisUrl, CommandTimeout = TimeSpan.FromSeconds(20) }));

    public long Committed => Interlocked.Read(ref committed);

    private long committed;

    /// <summary>True when a publisher has said that everything is published.</summary>
    public async Task<bool> IsSealedAsync(CancellationToken cancellationToken) =>
        (await new DefinitionStore(redis).ReadEpochAsync(cancellationToken)).Length > 0;

    public async Task<IReadOnlyList<GeneratorDefinition>> ReadDefinitionsAsync(CancellationToken cancellationToken)
    {
        var changes = await new DefinitionStore(redis).ReadChangesAsync("", 0, cancellationToken);
        return [.. changes.Changed.Select(c => DefinitionStore.Parse(c.Stored!, out _)!.Definition)];
    }

    /// <summary>One good run of each of them, with a body that is another each time.</summary>
    public Task RunAllAsync(IEnumerable<GeneratorDefinition> definitions, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(
            definitions,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken },
            async (definition, token) => await CommitAsync(definition, token));

    /// <summary>Goes on with one run after the other, round and round, until cancelled.</summary>
    public async Task GoOnAsync(IReadOnlyList<GeneratorDefinition> definitions, int runsPerSecond, CancellationToken cancellationToken)
    {
        var slice = TimeSpan.FromMilliseconds(50);
        using var timer = new PeriodicTimer(slice);
        var next = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                var batch = Math.Max(1, (int)(runsPerSecond * slice.TotalSeconds));
                await RunAllAsync(Enumerable.Range(next, batch).Select(i => definitions[i % definitions.Count]), cancellationToken);
                next = (next + batch) % definitions.Count;
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private async Task CommitAsync(GeneratorDefinition definition, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref committed);
        var outcome = await new ResultCache(redis).CommitAsync(new ResultCommit(
            (ParameterRules.Resolve(definition, []).Key ?? new RequestKey(definition.Path, [])).FullPath,
            Token: 0,
            $"\"{number}\"",
            Encoding.UTF8.GetBytes($$"""[{"targets":["h:{{number}}"]}]"""),
            Gzip: default,
            definition.CacheTtl,
            definition.StaleTtl,
            Retention: TimeSpan.FromHours(1),
            Targets: 1,
            Groups: 1,
            Took: TimeSpan.FromMilliseconds(5),
            definition.Hash,
            Warnings: []), cancellationToken);
        if (outcome != CommitOutcome.Stored)
            throw new InvalidOperationException($"{definition.Path}: {outcome}");
    }
}
