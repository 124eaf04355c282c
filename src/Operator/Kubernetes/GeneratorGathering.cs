using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Store;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Reads everything that a decision about one object is made from.</summary>
internal sealed class GeneratorGathering(
    ConfigMaps configMaps,
    Claims claims,
    PublishedDefinitions definitions,
    ResultCache cache,
    OverdueRuns overdue,
    RunFeed feed,
    IOptions<OperatorOptions> options,
    TimeProvider time)
{
    /// <summary>What is known without Redis; <see cref="Observed.Stored"/> is null.</summary>
    public async Task<Observed> ReadAsync(TargetGenerator entity, CancellationToken cancellationToken) => new()
    {
        Object = entity,
        Now = time.GetUtcNow(),
        ConfigMap = ScriptReference.Of(entity) is { } map ? await configMaps.ReadAsync(map, cancellationToken) : null,
        PathPolicy = options.Value.PathPolicy,
        PathOwner = claims.OwnerFor(EntityKey.Of(entity)),
    };

    /// <summary>The same with what Redis holds; from now on the object hears of runs that come to something else.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task<Observed> ReadStoreAsync(Observed observed, CancellationToken cancellationToken)
    {
        var (entity, key) = (observed.Object, EntityKey.Of(observed.Object));
        observed = observed with
        {
            Stored = await definitions.ReadAsync(key.ToString(), SpecText.WantedPath(entity, observed.PathPolicy), cancellationToken),
        };
        if (StoredDefinitions.Of(observed).LastGood is not { } own || definitions.FullPath(own.Path) is not { } fullPath)
            return observed;
        feed.Attend(fullPath, key);
        var entry = await cache.ReadAsync(fullPath, cancellationToken);
        var late = await overdue.AskAsync(fullPath, entry, cancellationToken);
        feed.Follow(fullPath, key, RunSummary.Of(entry, late));
        return observed with { Run = RunReading.Of(entry), Overdue = late };
    }
}
