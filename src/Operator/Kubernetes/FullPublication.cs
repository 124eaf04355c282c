using HttpSd.Core.Definitions;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Store;
using HttpSd.Redis.Definitions;
using k8s.Autorest;

namespace HttpSd.Operator.Kubernetes;

/// <summary>
/// Makes Redis equal to the cluster as a whole: when a leader begins, when Redis has lost its data, and now and
/// then. Definitions of objects that are gone are removed by this and by nothing else, if they went unseen.
/// </summary>
internal sealed partial class FullPublication(
    EntityStore<TargetGenerator> generators,
    GeneratorGathering gathering,
    PublishedDefinitions definitions,
    LastGoodScripts lastGood,
    ReloadLedger reloads,
    UnreadableGenerators unreadable,
    GeneratorGauges gauges,
    ILogger<FullPublication> log)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var report = await definitions.ReplaceAsync((stored, unknown) => PlanAsync(stored, unknown, cancellationToken), cancellationToken);
        var alive = generators.All.Select(g => g.Metadata.Uid).ToHashSet(StringComparer.Ordinal);
        foreach (var owner in await reloads.ReadOwnersAsync(cancellationToken))
        {
            if (alive.Contains(owner))
                continue;
            definitions.EnsureLeads();
            await reloads.ForgetAsync(owner, cancellationToken);
        }
        gauges.UnknownDefinitions = report.Unknown.Count;
        if (report.Unknown.Count > 0)
            Log.Unknown(log, report.Unknown.Count, Sentence.Bounded(string.Join(", ", report.Unknown), 200));
        if (report.Published.Count + report.Removed.Count > 0)
            Log.Published(log, report.Published.Count, report.Removed.Count);
    }

    private async Task<FullPlan> PlanAsync(
        IReadOnlyList<StoredDefinition> stored, IReadOnlyList<UnknownDefinition> unknown, CancellationToken cancellationToken)
    {
        var byName = stored.ToLookup(s => s.Name, StringComparer.Ordinal);
        var wanted = new Dictionary<string, WantedDefinition>(StringComparer.Ordinal);
        var kept = new List<(EntityKey Key, GeneratorScript Script)>();
        var live = new Dictionary<EntityKey, LiveGenerator>();
        foreach (var entity in generators.All.Where(g => g.Metadata.DeletionTimestamp is null))
        {
            var (key, uid) = (EntityKey.Of(entity), entity.Metadata.Uid ?? "");
            var publication = await DecideAsync(entity, cancellationToken);
            live[key] = new LiveGenerator(uid, publication is { Allowed: true } ? publication.Generator!.Definition.Path : null);
            if (publication is { Allowed: true, Generator: { } generator })
            {
                var path = generator.Definition.Path;
                wanted[path] = new WantedDefinition(generator.Definition, token => ReadAsync(key, path, token));
                lastGood.Forget(key);
                continue;
            }
            var own = byName[key.ToString()].FirstOrDefault(s => s.Uid.Length == 0 || s.Uid == uid);
            if (await lastGood.KeepAsync(key, own, cancellationToken) is { } script)
                kept.Add((key, script));
        }
        // Objects that exist but can't be read: what is stored of them stays.
        foreach (var (key, uid) in unreadable.All.Where(u => !live.ContainsKey(u.Key)))
        {
            live[key] = new LiveGenerator(uid, null);
            if (await lastGood.KeepAsync(key, byName[key.ToString()].FirstOrDefault(), cancellationToken) is { } script)
                kept.Add((key, script));
        }
        foreach (var (key, script) in kept)
        {
            if (!wanted.TryAdd(script.Definition.Path, WantedDefinition.Of(script)))
                lastGood.Forget(key);
        }
        // One that can't be read goes with its object like any other, as far as it can be told whose it is.
        var told = unknown.Where(u => u.Name.Length > 0).Select(u => new StoredDefinition(u.Path, u.Name, u.Uid, ""));
        return new FullPlan(OrphanPlan.Decide(stored.Concat(told), live), [.. wanted.Values]);
    }

    // An object that has changed since is reconciled anyway; what is stored stays until then.
    private async Task<GeneratorScript?> ReadAsync(EntityKey key, string path, CancellationToken cancellationToken) =>
        generators.Find(key) is { } entity && await DecideAsync(entity, cancellationToken) is { Allowed: true, Generator: { } generator }
            && generator.Definition.Path == path
            ? generator : null;

    // A ConfigMap that can't be read now is no reason to drop or to change anything.
    private async Task<Publication?> DecideAsync(TargetGenerator entity, CancellationToken cancellationToken)
    {
        try
        {
            return Publication.Decide(await gathering.ReadAsync(entity, cancellationToken) with { Stored = [] });
        }
        catch (Exception e) when (e is HttpOperationException or HttpRequestException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} stored definitions are left alone, because this build doesn't know their schema: {Paths}")]
        public static partial void Unknown(ILogger logger, int count, string paths);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis holds what the cluster says: {Published} definitions published, {Removed} removed")]
        public static partial void Published(ILogger logger, int published, int removed);
    }
}
