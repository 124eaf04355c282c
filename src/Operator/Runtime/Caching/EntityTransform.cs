using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>What is done to each object before it is stored.</summary>
internal static class EntityTransform
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Drops what nobody reads: two thirds of a small object's memory.</summary>
    public static void Strip<TEntity>(TEntity entity)
        where TEntity : IKubernetesObject<V1ObjectMeta>
    {
        entity.Metadata.ManagedFields = null;
        entity.Metadata.Annotations?.Remove(LastApplied);
    }
}
