using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Scaling;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Kubernetes;

public sealed class DeploymentReadingTests
{
    private static readonly DateTime Created = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Pods_count_by_what_they_can_do()
    {
        var leaving = Pod("leaving", ready: true);
        leaving.Metadata.DeletionTimestamp = Created;
        var done = Pod("done", ready: false);
        done.Status.Phase = "Failed";
        var strange = Pod("strange", ready: true);
        strange.Metadata.Labels["app"] = "other";
        var deployment = Deployment("{replicas: 3, selector: {matchLabels: {app: w}}}", "{replicas: 4, updatedReplicas: 4, observedGeneration: 1}");

        var pods = DeploymentReading.PodsOf(deployment, [Pod("a", ready: true), Pod("b", ready: false), leaving, done, strange]);
        var read = DeploymentReading.Of(deployment, pods, []);

        pods.Select(p => p.Metadata.Name).Should().Equal("a", "b", "leaving");
        read.Should().BeEquivalentTo(new { Sample = new DeploymentSample(3, 1, 3), Current = 4, Grace = TimeSpan.FromSeconds(30) });
    }

    [Theory]
    [InlineData("{observedGeneration: 1, replicas: 3, updatedReplicas: 3}", false)]
    [InlineData("{observedGeneration: 0, replicas: 3, updatedReplicas: 3}", true)]
    [InlineData("{observedGeneration: 1, replicas: 4, updatedReplicas: 1}", true)]
    [InlineData("{observedGeneration: 1}", false)]
    [InlineData("{observedGeneration: 1, replicas: 3, updatedReplicas: 3, conditions: [{type: Progressing, status: 'True', reason: ReplicaSetUpdated}]}", true)]
    [InlineData("{observedGeneration: 1, replicas: 3, updatedReplicas: 3, conditions: [{type: Progressing, status: 'True', reason: NewReplicaSetAvailable}]}", false)]
    [InlineData("{observedGeneration: 1, replicas: 3, updatedReplicas: 3, conditions: [{type: Progressing, status: 'False', reason: ProgressDeadlineExceeded}]}", false)]
    public void A_rollout_is_under_way_while_old_Pods_are_there_or_new_ones_are_not(string status, bool rollingOut) =>
        DeploymentReading.IsRollingOut(Deployment("{selector: {matchLabels: {app: w}}}", status)).Should().Be(rollingOut);

    [Fact]
    public void A_Deployment_is_kept_with_who_set_its_replicas_and_without_the_rest()
    {
        var deployment = Deployment(
            "{selector: {matchLabels: {app: w}}, template: {spec: {terminationGracePeriodSeconds: 90, containers: [{name: w, image: i}]}}}", "{observedGeneration: 1}");
        deployment.Metadata.ManagedFields =
        [
            new V1ManagedFieldsEntry { Manager = "helm", Time = Created, FieldsV1 = Files.Element(new System.Text.Json.Nodes.JsonObject { ["f:spec"] = new System.Text.Json.Nodes.JsonObject { ["f:replicas"] = new System.Text.Json.Nodes.JsonObject() } }) },
            new V1ManagedFieldsEntry { Manager = "kubectl", Subresource = "scale", Time = Created.AddHours(1) },
            new V1ManagedFieldsEntry { Manager = "kube-controller-manager", Subresource = "status", Time = Created.AddHours(2), FieldsV1 = Files.Element(new System.Text.Json.Nodes.JsonObject { ["f:status"] = new System.Text.Json.Nodes.JsonObject { ["f:replicas"] = 1, ["f:updatedReplicas"] = 1 } }) },
        ];

        DeploymentReading.Strip(deployment);

        deployment.Metadata.ManagedFields.Select(f => f.Manager).Should().Equal("helm", "kubectl");
        DeploymentReading.Of(deployment, [], []).Should().BeEquivalentTo(
            new { Grace = TimeSpan.FromSeconds(90), LastSetBy = ((string, DateTimeOffset)?)("kubectl", Created.AddHours(1)) });
        KubernetesJson.Serialize(deployment).Should().NotContain("image");
    }

    [Fact]
    public void A_start_is_told_of_who_was_seen_becoming_ready_and_once()
    {
        var store = new EntityStore<V1Pod>();
        var starts = new PodStarts(store);
        store.Put(Pod("old", ready: true));
        store.Put(Pod("new", ready: false));
        store.Put(Pod("new", ready: true, version: "2", readyAfter: 7));
        store.Put(Pod("new", ready: false, version: "3"));
        store.Put(Pod("new", ready: true, version: "4", readyAfter: 3600));

        starts.Of(Pod("old", ready: true)).Should().BeNull("when it was seen first it was ready");
        starts.Of(Pod("new", ready: true)).Should().Be(new StartUp(Created.AddSeconds(7), TimeSpan.FromSeconds(7)));
        store.Remove(new("httpsd", "new"));
        starts.Of(Pod("new", ready: true)).Should().BeNull();
    }

    [Theory]
    [InlineData("busy", 42)]
    [InlineData("endless", 86_410)]
    [InlineData("idle", 0)]
    public void Idle_Pods_are_the_cheapest_and_the_longest_run_is_the_dearest(string pod, int cost) =>
        DeletionCosts.CostOf(
            new Dictionary<string, TimeSpan> { ["busy"] = TimeSpan.FromSeconds(32), ["endless"] = TimeSpan.FromDays(30) }, pod).Should().Be(cost);

    private static V1Deployment Deployment(string spec, string status)
    {
        var deployment = KubernetesYaml.Deserialize<V1Deployment>($"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: w, namespace: httpsd}}\nspec: {spec}\nstatus: {status}\n");
        deployment.Metadata.Generation = 1;
        return deployment;
    }

    private static V1Pod Pod(string name, bool ready, string version = "1", int readyAfter = 5) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name, NamespaceProperty = "httpsd", Uid = name, ResourceVersion = version, CreationTimestamp = Created, Labels = new Dictionary<string, string> { ["app"] = "w" },
        },
        Status = new V1PodStatus
        {
            Phase = "Running",
            Conditions = [new V1PodCondition { Type = "Ready", Status = ready ? "True" : "False", LastTransitionTime = Created.AddSeconds(readyAfter) }],
        },
    };
}
