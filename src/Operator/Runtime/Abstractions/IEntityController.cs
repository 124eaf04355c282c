using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Abstractions;

/// <summary>Brings the world in line with one object. At most one call per object runs at a time.</summary>
internal interface IEntityController<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>The object is new, has changed, or is due again.</summary>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>The object is gone; this is its last known state.</summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(TEntity entity, CancellationToken cancellationToken);
}
