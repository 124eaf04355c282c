using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using HttpSd.Core;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Status;
using HttpSd.Operator.Store;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using k8s;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Carries a plan out: first the store, then the status, last the events.</summary>
internal sealed class GeneratorActs(
    PublishedDefinitions definitions,
    LastGoodScripts lastGood,
    DefinitionStore store,
    ReloadLedger reloads,
    RunFeed feed,
    StatusPace pace,
    IStatusPatcher statuses,
    EventPublisher events)
{
    // Which version of an object its status was last written onto.
    private readonly ConcurrentDictionary<EntityKey, string?> replaced = new();

    // What was told last of a reload that waits. A leader that begins tells it once more, which counts the event up.
    private readonly ConcurrentDictionary<EntityKey, PlannedEvent> waiting = new();

    /// <summary>
    /// The watch has brought another version: the one before is no longer waited out. A cluster that is restored from
    /// a backup may show it again, as its newest.
    /// </summary>
    public void Note(EntityChange<TargetGenerator> change)
    {
        if (replaced.TryGetValue(change.Key, out var version) && change.After?.Metadata.ResourceVersion != version)
            replaced.TryRemove(KeyValuePair.Create(change.Key, version));
    }

    /// <summary>Makes Redis hold what the plan says. Harmless to repeat.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; what was done stays done.</exception>
    public async Task ApplyToStoreAsync(Observed observed, GeneratorPlan plan, CancellationToken cancellationToken)
    {
        var key = EntityKey.Of(observed.Object);
        foreach (var gone in plan.Clear)
            await definitions.RemoveAsync(gone, cancellationToken);
        if (plan.Wanted is null)
        {
            await lastGood.KeepAsync(key, StoredDefinitions.Of(observed).LastGood, cancellationToken);
        }
        else
        {
            lastGood.Forget(key);
            lastGood.GiveAway(plan.Wanted.Definition.Path);
        }
        if (plan.Publish)
        {
            // Before the run that this causes can end.
            feed.Follow(DefinitionIndex.FullPathOf(plan.Wanted!.Definition), key, default);
            await definitions.PutAsync(plan.Wanted, cancellationToken);
            // Also when somebody's write comes before the status': what its run comes to is waited for.
            pace.Reset(key);
        }
        foreach (var gone in plan.Remove)
            await RemoveAsync(key, gone, cancellationToken);
        if (plan.ReloadAnswered)
        {
            definitions.EnsureLeads();
            await reloads.AnsweredAsync(observed.Object.Metadata.Uid, plan.Status.LastHandledReload!, cancellationToken);
        }
        if (plan.Reload is null)
            return;
        if (await store.ReadScriptAsync(plan.Reload, cancellationToken) is { } published)
        {
            definitions.EnsureLeads();
            await reloads.ReloadAsync(
                observed.Object.Metadata.Uid, plan.Status.LastHandledReload!, published.Script.Definition, cancellationToken);
            // The run may have ended already, and be like the one before: nothing would tell of it.
            feed.FollowAnew(DefinitionIndex.FullPathOf(published.Script.Definition), key);
        }
    }

    /// <summary>Writes the status when it is another and it is time; how long to wait when it is not.</summary>
    /// <exception cref="WriteConflictException">The object has changed since it was read, perhaps by the last write here.</exception>
    public async Task<TimeSpan> WriteStatusAsync(Observed observed, GeneratorPlan plan, CancellationToken cancellationToken)
    {
        var (entity, key) = (observed.Object, EntityKey.Of(observed.Object));
        // A run that ends before the watch has brought the last status back would be compared with the one before.
        if (replaced.TryGetValue(key, out var version) && version == entity.Metadata.ResourceVersion)
            throw new WriteConflictException();
        replaced.TryRemove(key, out _);
        if (!plan.StatusChanged)
        {
            await TellWaitingAsync(entity, plan.Waiting, cancellationToken);
            return TimeSpan.Zero;
        }
        var ofRun = IsOfRun(entity.Status, plan);
        if (ofRun && pace.Wait(key) is { Ticks: > 0 } wait)
            return wait;
        Failpoint.Reach(Failpoint.BeforeStatus);
        var desired = (JsonObject)JsonNode.Parse(KubernetesJson.Serialize(plan.Status))!;
        var write = await statuses.ApplyAsync(entity, desired, cancellationToken);
        if (write.Outcome == StatusOutcome.Conflict)
            throw new WriteConflictException();
        if (write.Outcome == StatusOutcome.Gone)
            return TimeSpan.Zero;
        if (write.Outcome == StatusOutcome.Written && write.Entity.Metadata.ResourceVersion != entity.Metadata.ResourceVersion)
            replaced[key] = entity.Metadata.ResourceVersion;
        Failpoint.Reach(Failpoint.AfterStatus);
        // Only what a run came to makes the next one wait.
        if (ofRun && Conditions.Find(plan.Status.Conditions, ConditionTypes.Generating)?.Status != ConditionDraft.Unknown)
            pace.Wrote(key);
        else
            pace.Reset(key);
        foreach (var told in plan.Events)
            await events(entity, told.Reason, told.Message, told.Type, cancellationToken);
        await TellWaitingAsync(entity, plan.Waiting, cancellationToken);
        return TimeSpan.Zero;
    }

    /// <summary>Removes what is stored of an object that is gone.</summary>
    /// <param name="entity">Its last state.</param>
    /// <param name="nameIsFree">No other object has its name now.</param>
    /// <param name="cancellationToken">Ends it half-way; to be called again.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached; to be called again.</exception>
    public async Task RemoveAllAsync(TargetGenerator entity, bool nameIsFree, CancellationToken cancellationToken)
    {
        var (key, uid) = (EntityKey.Of(entity), entity.Metadata.Uid ?? "");
        foreach (var own in (await definitions.ReadAsync(key.ToString(), null, cancellationToken)).Where(s => s.Uid == uid || (s.Uid.Length == 0 && nameIsFree)))
            await RemoveAsync(key, own, cancellationToken);
        definitions.EnsureLeads();
        await reloads.ForgetAsync(uid, cancellationToken);
        lastGood.Forget(key);
        pace.Reset(key);
        replaced.TryRemove(key, out _);
        waiting.TryRemove(key, out _);
    }

    private async Task TellWaitingAsync(TargetGenerator entity, PlannedEvent? told, CancellationToken cancellationToken)
    {
        var key = EntityKey.Of(entity);
        if (told is null)
        {
            waiting.TryRemove(key, out _);
            return;
        }
        if (waiting.TryGetValue(key, out var before) && before == told)
            return;
        waiting[key] = told;
        await events(entity, told.Reason, told.Message, told.Type, cancellationToken);
    }

    private async Task RemoveAsync(EntityKey key, StoredDefinition gone, CancellationToken cancellationToken)
    {
        if (definitions.FullPath(gone.Path) is { } fullPath)
            feed.Forget(fullPath, key);
        await definitions.RemoveAsync(gone, cancellationToken);
    }

    // Only how runs end has changed: that may happen every few seconds, everything else is somebody's doing.
    private static bool IsOfRun(TargetGeneratorStatus? stored, GeneratorPlan plan) =>
        stored is not null
        && !plan.Publish
        && stored.ObservedGeneration == plan.Status.ObservedGeneration
        && stored.LastHandledReload == plan.Status.LastHandledReload
        && Conditions.Find(stored.Conditions, ConditionTypes.Published) == Conditions.Find(plan.Status.Conditions, ConditionTypes.Published);
}
