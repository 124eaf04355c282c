using System.Text.Json.Nodes;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Tests.Runtime;

namespace HttpSd.Operator.Tests.Kubernetes;

public sealed class PoolScalingTests : IAsyncLifetime
{
    private const string Path = "/apis/apps/v1/namespaces/httpsd/deployments/worker/scale";

    private readonly Leadership leadership = new();
    private ScriptedApiServer server = null!;
    private k8s.Kubernetes kubernetes = null!;
    private PoolScaling scaling = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedApiServer.StartAsync();
        kubernetes = server.Connect();
        scaling = new PoolScaling(kubernetes, leadership, new OperatorSettings { Name = "httpsd-operator" });
        Put(2);
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_replicas_are_set_with_the_version_that_was_read_and_in_the_operators_name()
    {
        var version = (string)server.Find(Path)!["metadata"]!["resourceVersion"]!;

        (await SetAsync(2, 5)).Should().BeNull();

        Replicas.Should().Be(5);
        var write = server.Requests.Should().HaveCount(2).And.Subject.Last();
        (write.Method, write.Path).Should().Be(("PUT", Path));
        write.Query.Should().Contain("fieldManager=httpsd-operator");
        ((string)JsonNode.Parse(write.Body)!["metadata"]!["resourceVersion"]!).Should().Be(version);
    }

    [Fact]
    public async Task What_is_no_longer_what_was_decided_on_is_left_alone()
    {
        await this.Invoking(_ => SetAsync(3, 5)).Should().ThrowAsync<WriteConflictException>();
        Replicas.Should().Be(2);
        server.Requests.Should().OnlyContain(r => r.Method == "GET");
    }

    [Fact]
    public async Task Who_writes_in_between_wins()
    {
        server.Before = request =>
        {
            if (request.Method == "PUT")
                Put(7);
            return Task.CompletedTask;
        };

        await this.Invoking(_ => SetAsync(2, 5)).Should().ThrowAsync<WriteConflictException>();
        Replicas.Should().Be(7);
    }

    [Fact]
    public async Task A_Deployment_that_has_gone_is_looked_for_again()
    {
        server.Remove(Path);
        await this.Invoking(_ => SetAsync(2, 5)).Should().ThrowAsync<WriteConflictException>();
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_servers_words()
    {
        (server.Refuses, server.Says) = (403, """{"kind":"Status","message":"deployments.apps \"worker\" is forbidden"}""");
        (await SetAsync(2, 5)).Should().Be("""403 deployments.apps "worker" is forbidden""");
    }

    [Fact]
    public async Task Who_no_longer_leads_writes_nothing()
    {
        leadership.IsLeader = false;
        await this.Invoking(_ => SetAsync(2, 5)).Should().ThrowAsync<LeadershipLostException>();
        Replicas.Should().Be(2);
    }

    private int Replicas => int.Parse(server.Find(Path)!["spec"]!["replicas"]!.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);

    private void Put(int replicas) => server.Put(Path, new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "worker", ["namespace"] = "httpsd" },
        ["spec"] = new JsonObject { ["replicas"] = replicas },
    });

    private Task<string?> SetAsync(int from, int to) => scaling.SetAsync("httpsd", "worker", from, to, TestContext.Current.CancellationToken);

    private sealed class Leadership : ILeaderElection
    {
        public bool IsLeader { get; set; } = true;

        public bool Alive => true;

        public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task HoldAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
