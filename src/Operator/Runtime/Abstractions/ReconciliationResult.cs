using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Abstractions;

/// <summary>What a controller says of one call, and when it wants the next.</summary>
/// <remarks>A failure without <see cref="RequeueAfter"/> is tried again with backoff, and never dropped.</remarks>
internal sealed record ReconciliationResult<TEntity>
    where TEntity : IKubernetesObject<V1ObjectMeta>
{
    private ReconciliationResult(TEntity entity, bool isSuccess, string? errorMessage, Exception? error, TimeSpan? requeueAfter) =>
        (Entity, IsSuccess, ErrorMessage, Error, RequeueAfter) = (entity, isSuccess, errorMessage, error, requeueAfter);

    public TEntity Entity { get; }

    public bool IsSuccess { get; }

    public string? ErrorMessage { get; }

    public Exception? Error { get; }

    public TimeSpan? RequeueAfter { get; set; }

    public static ReconciliationResult<TEntity> Success(TEntity entity, TimeSpan? requeueAfter = null) =>
        new(entity, true, null, null, requeueAfter);

    public static ReconciliationResult<TEntity> Failure(
        TEntity entity, string errorMessage, Exception? error = null, TimeSpan? requeueAfter = null) =>
        new(entity, false, errorMessage, error, requeueAfter);
}
