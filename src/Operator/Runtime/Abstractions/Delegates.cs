using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Abstractions;

internal enum ReconciliationType
{
    Added,
    Modified,
    Deleted,
}

internal enum ReconciliationTriggerSource
{
    ApiServer,
    Operator,
}

internal enum EventType
{
    Normal,
    Warning,
}

/// <summary>Has an object reconciled (again) after a while; of several times the earliest counts.</summary>
internal delegate Task<bool> EntityQueue<in TEntity>(
    TEntity entity,
    ReconciliationType type,
    ReconciliationTriggerSource triggerSource,
    TimeSpan queueIn,
    int retryCount,
    CancellationToken cancellationToken)
    where TEntity : IKubernetesObject<V1ObjectMeta>;

/// <summary>Tells the user something about an object. Never blocks or fails the caller.</summary>
internal delegate Task EventPublisher(
    IKubernetesObject<V1ObjectMeta> entity,
    string reason,
    string message,
    EventType type = EventType.Normal,
    CancellationToken cancellationToken = default);
