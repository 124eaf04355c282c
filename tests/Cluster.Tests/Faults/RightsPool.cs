using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A pool whose Deployment is made larger and smaller, with a Pod whose mark is out of date. No controller makes anything of either.</summary>
internal sealed class RightsPool(Lane lane)
{
    private const string Name = "scaled";
    private const string Cost = "controller.kubernetes.io/pod-deletion-cost";

    private static readonly Dictionary<string, string> Labels = new() { ["app"] = Name };

    public async Task<bool> IsScaledAsync(Func<Func<Task<bool>>, Task<bool>> until)
    {
        var template = new V1PodTemplateSpec
        {
            Metadata = new V1ObjectMeta { Labels = Labels },
            Spec = new V1PodSpec { Containers = [new V1Container { Name = "worker", Image = "none" }] },
        };
        await lane.Admin.AppsV1.CreateNamespacedDeploymentAsync(
            new V1Deployment
            {
                Metadata = new V1ObjectMeta { Name = Name },
                Spec = new V1DeploymentSpec { Replicas = 1, Selector = new V1LabelSelector { MatchLabels = Labels }, Template = template },
            },
            lane.Name);
        await lane.Admin.CoreV1.CreateNamespacedPodAsync(
            new V1Pod { Metadata = new V1ObjectMeta { Name = Name, Labels = Labels, Annotations = new Dictionary<string, string> { [Cost] = "7" } }, Spec = template.Spec },
            lane.Name);
        await ApplyAsync(2);
        if (!await until(async () => await ReplicasAsync() == 2))
            return false;
        await ApplyAsync(1);
        return await until(async () => await ReplicasAsync() == 1 && await CostAsync() == "0") && await until(IsReadyAsync);
    }

    private async Task<int?> ReplicasAsync() => (await lane.Admin.AppsV1.ReadNamespacedDeploymentAsync(Name, lane.Name)).Spec.Replicas;

    private async Task<string> CostAsync() => (await lane.Admin.CoreV1.ReadNamespacedPodAsync(Name, lane.Name)).Metadata.Annotations[Cost];

    private async Task<bool> IsReadyAsync()
    {
        var pool = await lane.Admin.CustomObjects.GetNamespacedCustomObjectAsync<JsonNode>("httpsd.io", "v1alpha1", lane.Name, "workerpools", Name);
        return Lane.IsCurrent(pool) && Lane.Condition(pool, "Ready")?["status"]?.GetValue<string>() == "True";
    }

    private Task ApplyAsync(int replicas) => lane.Admin.CustomObjects.PatchNamespacedCustomObjectAsync<JsonNode>(
        new V1Patch(
            $$"""
            {"apiVersion":"httpsd.io/v1alpha1","kind":"WorkerPool","metadata":{"name":"{{Name}}"},
             "spec":{"minReplicas":{{replicas}},"maxReplicas":{{replicas}},"scaleTargetRef":{"name":"{{Name}}"} } }
            """,
            V1Patch.PatchType.ApplyPatch),
        "httpsd.io", "v1alpha1", lane.Name, "workerpools", Name, fieldManager: "lane", force: true);
}
