using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Status;
using k8s;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Carries a plan out: first the size, then the status, each followed by its events.</summary>
internal sealed class PoolActs(
    PoolScaling scaling,
    DeletionCosts costs,
    PoolMetrics metrics,
    IStatusPatcher statuses,
    EventPublisher events,
    IOptions<OperatorOptions> options,
    TimeProvider time)
{
    private readonly StatusPace pace = new(options, time);

    /// <summary>Sets the Deployment's replicas when the plan says so; what the server said when it refused, else null.</summary>
    /// <exception cref="WriteConflictException">Somebody else has changed them meanwhile: decide again.</exception>
    public async Task<string?> ScaleAsync(PoolObserved observed, PoolPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Scale is not { } change)
            return null;
        var entity = observed.Object;
        if (change.To < change.From)
            await costs.SetAsync(entity, cancellationToken);
        if (await scaling.SetAsync(entity.Metadata.NamespaceProperty, change.Target, change.From, change.To, cancellationToken) is { } refusal)
            return refusal;
        metrics.Scaled(entity.Metadata.Name, change);
        await TellAsync(entity, plan.ScaleEvents, cancellationToken);
        return null;
    }

    /// <summary>Writes the status: at once when more than numbers has changed, else when it is time.</summary>
    /// <exception cref="WriteConflictException">The object has changed since it was read.</exception>
    public async Task WriteStatusAsync(WorkerPool entity, PoolPlan plan, CancellationToken cancellationToken)
    {
        var key = EntityKey.Of(entity);
        if (!plan.StatusChanged || (!plan.Urgent && pace.Wait(key) > TimeSpan.Zero))
            return;
        var desired = (JsonObject)JsonNode.Parse(KubernetesJson.Serialize(plan.Status))!;
        var write = await statuses.ApplyAsync(entity, desired, cancellationToken);
        if (write.Outcome == StatusOutcome.Conflict)
            throw new WriteConflictException();
        if (write.Outcome == StatusOutcome.Gone)
            return;
        pace.Wrote(key);
        await TellAsync(entity, plan.Events, cancellationToken);
    }

    public void Forget(EntityKey key) => pace.Reset(key);

    private async Task TellAsync(WorkerPool entity, IEnumerable<PlannedEvent> told, CancellationToken cancellationToken)
    {
        foreach (var one in told)
            await events(entity, one.Reason, one.Message, one.Type, cancellationToken);
    }
}
