using System.Net;
using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Setup;

/// <summary>
/// <c>apply-pools</c>: applies the WorkerPools of a List in a file. A chart can't have them beside their definition
/// itself: Helm refuses objects of a kind that the same manifest defines. Each is owned by the Deployment that it
/// scales, and so goes with it.
/// </summary>
internal static class PoolApplication
{
    private const string Manager = "httpsd-setup", Instance = "app.kubernetes.io/instance";

    private static readonly TimeSpan Established = TimeSpan.FromMinutes(1), Pause = TimeSpan.FromSeconds(1);

    public static async Task<string> RunAsync(IKubernetes kubernetes, SetupArguments arguments, CancellationToken cancellationToken)
    {
        var list = JsonNode.Parse(await File.ReadAllTextAsync(arguments["file"], cancellationToken));
        var pools = (list?["items"] as JsonArray)?.OfType<JsonObject>().ToArray() ?? [];
        if (pools.Length == 0)
            throw new SetupException($"{arguments["file"]} has no items");
        foreach (var pool in pools)
            await ApplyAsync(kubernetes, arguments.Namespace, pool, cancellationToken);
        return $"WorkerPools in {arguments.Namespace} applied: {string.Join(", ", pools.Select(Name))}";
    }

    private static async Task ApplyAsync(IKubernetes kubernetes, string space, JsonObject pool, CancellationToken cancellationToken)
    {
        var (name, metadata) = (Name(pool), pool["metadata"]!.AsObject());
        var found = await FindAsync(kubernetes, space, name, cancellationToken);
        var (ours, theirs) = (Owner(pool), Owner(found));
        if (found is not null && ours != theirs)
            throw new SetupException($"WorkerPool {space}/{name} is there and is not of release '{ours}' but of '{theirs}': two installations in one namespace need pools of different names");
        var target = pool["spec"]?["scaleTargetRef"]?["name"]?.GetValue<string>()
            ?? throw new SetupException($"WorkerPool {name} names no Deployment");
        var deployment = await kubernetes.AppsV1.ReadNamespacedDeploymentAsync(target, space, cancellationToken: cancellationToken);
        metadata["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["name"] = target,
            ["uid"] = deployment.Metadata.Uid,
        });
        await kubernetes.CustomObjects.PatchNamespacedCustomObjectAsync<JsonNode>(
            new V1Patch(pool.ToJsonString(), V1Patch.PatchType.ApplyPatch),
            TargetGenerator.Group, TargetGenerator.Version, space, WorkerPool.Plural, name, fieldManager: Manager, force: true, cancellationToken: cancellationToken);
    }

    /// <summary>The pool as it is; null when there is none.</summary>
    private static async Task<JsonNode?> FindAsync(IKubernetes kubernetes, string space, string name, CancellationToken cancellationToken)
    {
        using var established = new CancellationTokenSource(Established);
        while (true)
        {
            try
            {
                return await kubernetes.CustomObjects.GetNamespacedCustomObjectAsync<JsonNode>(
                    TargetGenerator.Group, TargetGenerator.Version, space, WorkerPool.Plural, name, cancellationToken: cancellationToken);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
            {
                // One that is missing is named; a kind that is missing, or not served yet, is not.
                if (ServerStatus.Parse(e.Response.Content).Message.Contains($"\"{name}\"", StringComparison.Ordinal))
                    return null;
                if (established.IsCancellationRequested)
                    throw new SetupException("there is no kind WorkerPool here: apply config/crds, or install with crds.install");
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    private static string Name(JsonNode pool) =>
        pool["metadata"]?["name"]?.GetValue<string>() ?? throw new SetupException("an item has no metadata.name");

    private static string Owner(JsonNode? pool) => pool?["metadata"]?["labels"]?[Instance]?.GetValue<string>() ?? "";
}
