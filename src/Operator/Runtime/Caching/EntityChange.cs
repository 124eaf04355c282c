using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>One difference between two states of a store.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Before">Null when it was added. Shared: nobody may change it.</param>
/// <param name="After">Null when it was deleted. Shared likewise.</param>
internal sealed record EntityChange<TEntity>(ReconciliationType Type, TEntity? Before, TEntity? After)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    public EntityKey Key => EntityKey.Of((After ?? Before)!);
}
