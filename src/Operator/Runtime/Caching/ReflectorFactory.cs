using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Makes the reflectors that fill a store: one for all namespaces, or one for each that is named.</summary>
internal sealed class ReflectorFactory(
    ApiRequests requests, ReflectorMetrics metrics, ReflectorOptions options, TimeProvider time, Jitter jitter, ILoggerFactory logs)
{
    /// <param name="store">What they fill together.</param>
    /// <param name="namespaces">None: all.</param>
    /// <param name="labelSelector">As kubectl's <c>-l</c>.</param>
    /// <param name="fieldSelector">As kubectl's <c>--field-selector</c>.</param>
    /// <param name="transform">Instead of <see cref="EntityTransform.Strip{TEntity}"/>.</param>
    /// <param name="large">Its objects may have a megabyte each: few at a time are fetched, and never all.</param>
    public IReadOnlyList<Reflector<TEntity>> Create<TEntity>(
        EntityStore<TEntity> store,
        IReadOnlyCollection<string> namespaces,
        string? labelSelector = null,
        string? fieldSelector = null,
        Action<TEntity>? transform = null,
        bool large = false)
        where TEntity : class, IKubernetesObject<V1ObjectMeta> =>
        Create(store, namespaces, labelSelector, fieldSelector, transform ?? EntityTransform.Strip, large ? options.ForLargeObjects() : options);

    private IReadOnlyList<Reflector<TEntity>> Create<TEntity>(
        EntityStore<TEntity> store,
        IReadOnlyCollection<string> namespaces,
        string? labelSelector,
        string? fieldSelector,
        Action<TEntity> transform,
        ReflectorOptions patience)
        where TEntity : class, IKubernetesObject<V1ObjectMeta> =>
        [
            .. (namespaces.Count == 0 ? [null] : namespaces.Distinct(StringComparer.Ordinal).Cast<string?>()).Select(ns =>
                new Reflector<TEntity>(
                    new ListWatch<TEntity>(
                        requests, new WatchScope(ns, labelSelector, fieldSelector), patience, time, jitter, transform),
                    store, metrics, patience, time, jitter, logs.CreateLogger<Reflector<TEntity>>())),
        ];
}
