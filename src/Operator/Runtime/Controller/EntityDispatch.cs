using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>
/// Calls the controller for one key with what the store holds now: first the deletions, then the object. The
/// controller gets a copy of its own, so nothing it does reaches the store.
/// </summary>
internal sealed class EntityDispatch<TEntity>(
    EntityStore<TEntity> store, Tombstones<TEntity> tombstones, IServiceScopeFactory scopes, TimeSpan timeout, TimeProvider time)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    public async Task<ReconcileOutcome> RunAsync(EntityKey key, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            var controller = scope.ServiceProvider.GetRequiredService<IEntityController<TEntity>>();
            return await CallAsync(controller, key, either.Token);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            return ReconcileOutcome.Cancelled;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            return new ReconcileOutcome(OutcomeKind.Timeout, Message: $"not done after {timeout.TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            return ReconcileOutcome.Of(e);
        }
    }

    private async Task<ReconcileOutcome> CallAsync(IEntityController<TEntity> controller, EntityKey key, CancellationToken cancellationToken)
    {
        while (tombstones.Oldest(key) is { } last)
        {
            var told = ReconcileOutcome.Of(await controller.DeletedAsync(Copy(last), cancellationToken));
            if (told.Kind is not (OutcomeKind.Success or OutcomeKind.SuccessThenLater or OutcomeKind.Terminal))
                return told;
            tombstones.Remove(key, last);
        }
        return store.Find(key) is { } entity
            ? ReconcileOutcome.Of(await controller.ReconcileAsync(Copy(entity), cancellationToken))
            : ReconcileOutcome.Success;
    }

    private static TEntity Copy(TEntity entity) => KubernetesJson.Deserialize<TEntity>(KubernetesJson.Serialize(entity));
}
