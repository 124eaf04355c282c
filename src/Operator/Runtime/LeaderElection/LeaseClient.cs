using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>The one lease on the API server; each call has its own short deadline.</summary>
internal sealed class LeaseClient(IKubernetes kubernetes, LeaseOptions options, TimeProvider time)
{
    /// <summary>The lease, or null when there is none.</summary>
    public async Task<V1Lease?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await CallAsync(
                t => kubernetes.CoordinationV1.ReadNamespacedLeaseAsync(options.Name, options.Namespace, cancellationToken: t), cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <summary>Creates the lease, or replaces the version that <paramref name="known"/> is. Null when somebody else wrote or removed it first.</summary>
    public async Task<V1Lease?> WriteAsync(V1Lease? known, V1LeaseSpec spec, CancellationToken cancellationToken)
    {
        var lease = new V1Lease
        {
            ApiVersion = "coordination.k8s.io/v1",
            Kind = "Lease",
            Metadata = known?.Metadata ?? new V1ObjectMeta { Name = options.Name, NamespaceProperty = options.Namespace },
            Spec = spec,
        };
        try
        {
            return await CallAsync(
                t => known is null
                    ? kubernetes.CoordinationV1.CreateNamespacedLeaseAsync(lease, options.Namespace, cancellationToken: t)
                    : kubernetes.CoordinationV1.ReplaceNamespacedLeaseAsync(lease, options.Name, options.Namespace, cancellationToken: t),
                cancellationToken);
        }
        catch (HttpOperationException e) when (
            e.Response.StatusCode == HttpStatusCode.Conflict || (e.Response.StatusCode == HttpStatusCode.NotFound && known is not null))
        {
            return null;
        }
    }

    private async Task<V1Lease> CallAsync(Func<CancellationToken, Task<V1Lease>> call, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(options.CallTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return await call(either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"the lease's call took longer than {options.CallTimeout.TotalSeconds:0.#} s");
        }
    }
}
