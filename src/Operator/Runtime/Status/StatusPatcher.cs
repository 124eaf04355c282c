using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using HttpSd.Operator.Runtime.LeaderElection;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Status;

internal enum StatusOutcome
{
    /// <summary>The server holds this status already; nothing was sent.</summary>
    Unchanged,

    Written,

    /// <summary>The object has changed since it was read: reconcile the newer one.</summary>
    Conflict,

    /// <summary>The object has been deleted.</summary>
    Gone,
}

/// <summary>What came of a status, and the object as the server now holds it, as far as is known.</summary>
internal sealed record StatusWrite<TEntity>(StatusOutcome Outcome, TEntity Entity);

/// <summary>Writes statuses: only what differs, only onto the version that was looked at.</summary>
internal interface IStatusPatcher
{
    /// <summary>Makes the object's status equal to <paramref name="desired"/>.</summary>
    /// <param name="stored">The object as it was read. Not changed.</param>
    /// <param name="desired">The whole status; what is missing in it is removed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="LeadershipLostException">This process no longer leads; nothing was sent.</exception>
    /// <exception cref="HttpOperationException">The server refused for another reason than a conflict or a deletion.</exception>
    Task<StatusWrite<TEntity>> ApplyAsync<TEntity>(TEntity stored, JsonObject desired, CancellationToken cancellationToken)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>;
}

internal sealed class StatusPatcher(IKubernetes kubernetes, ILeaderElection leadership, string fieldManager) : IStatusPatcher
{
    public async Task<StatusWrite<TEntity>> ApplyAsync<TEntity>(TEntity stored, JsonObject desired, CancellationToken cancellationToken)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        var held = JsonNode.Parse(KubernetesJson.Serialize(stored))!["status"] as JsonObject;
        if (MergePatch.Between(held is null ? null : WholeSeconds.Of(held), WholeSeconds.Of(desired)) is not { } status)
            return new StatusWrite<TEntity>(StatusOutcome.Unchanged, stored);
        var patch = new JsonObject
        {
            // Lists are replaced whole, so conditions computed from an old version would undo newer ones. The
            // version is the only precondition that the status subresource honours.
            ["metadata"] = new JsonObject { ["resourceVersion"] = stored.Metadata.ResourceVersion },
            ["status"] = status,
        };
        if (!leadership.IsLeader)
            throw new LeadershipLostException();
        try
        {
            var written = await SendAsync<TEntity>(stored.Metadata, new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), cancellationToken);
            return new StatusWrite<TEntity>(StatusOutcome.Written, written);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return new StatusWrite<TEntity>(StatusOutcome.Conflict, stored);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return new StatusWrite<TEntity>(StatusOutcome.Gone, stored);
        }
    }

    private Task<TEntity> SendAsync<TEntity>(V1ObjectMeta metadata, V1Patch patch, CancellationToken cancellationToken)
    {
        var type = typeof(TEntity).GetCustomAttribute<KubernetesEntityAttribute>()
            ?? throw new InvalidOperationException($"{typeof(TEntity)} has no [KubernetesEntity]");
        return string.IsNullOrEmpty(metadata.NamespaceProperty)
            ? kubernetes.CustomObjects.PatchClusterCustomObjectStatusAsync<TEntity>(
                patch, type.Group, type.ApiVersion, type.PluralName, metadata.Name,
                fieldManager: fieldManager, fieldValidation: "Strict", cancellationToken: cancellationToken)
            : kubernetes.CustomObjects.PatchNamespacedCustomObjectStatusAsync<TEntity>(
                patch, type.Group, type.ApiVersion, metadata.NamespaceProperty, type.PluralName, metadata.Name,
                fieldManager: fieldManager, fieldValidation: "Strict", cancellationToken: cancellationToken);
    }
}
