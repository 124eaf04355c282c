using System.Net;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Runtime.LeaderElection;
using k8s;
using k8s.Autorest;

namespace HttpSd.Operator.Kubernetes;

/// <summary>The one door to a Deployment's size: its <c>scale</c> subresource, which can change nothing else.</summary>
internal sealed class PoolScaling(IKubernetes kubernetes, ILeaderElection leadership, OperatorSettings settings)
{
    /// <summary>Sets the replicas if they are still what was seen; what the server said when it refused, else null.</summary>
    /// <exception cref="WriteConflictException">They are not, or the Deployment is gone: look again.</exception>
    /// <exception cref="LeadershipLostException">This process no longer leads; nothing was written.</exception>
    public async Task<string?> SetAsync(string ns, string deployment, int from, int to, CancellationToken cancellationToken)
    {
        try
        {
            var scale = await kubernetes.AppsV1.ReadNamespacedDeploymentScaleAsync(deployment, ns, cancellationToken: cancellationToken);
            // 0 may be left out.
            if ((scale.Spec.Replicas ?? 0) != from)
                throw new WriteConflictException();
            scale.Spec.Replicas = to;
            if (!leadership.IsLeader)
                throw new LeadershipLostException();
            // With the version just read: whoever writes in between makes this a conflict.
            await kubernetes.AppsV1.ReplaceNamespacedDeploymentScaleAsync(
                scale, deployment, ns, fieldManager: settings.Name, cancellationToken: cancellationToken);
            return null;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            throw new WriteConflictException();
        }
        catch (HttpOperationException e) when (e.Response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            return Refusal.Describe(e);
        }
    }
}
