namespace HttpSd.Cluster.Tests.Faults;

/// <summary>A cluster whose API server comes to grief, for one test class.</summary>
public sealed class FragileCluster : IAsyncLifetime
{
    internal LocalCluster.Cluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await LocalCluster.Cluster.StartAsync();

    public ValueTask DisposeAsync() => Cluster?.DisposeAsync() ?? ValueTask.CompletedTask;
}

/// <summary>What the API server does to an operator, and that the operator goes on.</summary>
public sealed class ApiServerFaultTests(FragileCluster fragile) : IClassFixture<FragileCluster>
{
    // An operator that notices a dead connection after seconds, not after three quarters of a minute.
    private static readonly string[] Alert = ["Kubernetes:PingDelay=1s", "Kubernetes:PingTimeout=1s", "Kubernetes:ConnectTimeout=1s"];

    private readonly LocalCluster.Cluster cluster = fragile.Cluster;

    [Fact]
    public async Task A_restarted_or_hanging_server_is_gone_on_with()
    {
        await using var lane = await Lane.StartAsync(cluster);
        using var op = await lane.StartOperatorAsync(Alert);
        await lane.ApplyListAsync("a", "one:1");
        await lane.WaitReadyAsync("a");

        cluster.Control.KillApiServer();
        await Task.Delay(2000);
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal(["a"], "no answer is not an empty one");
        await cluster.Control.RestartApiServerAsync();
        await ChangeAsync(lane, "two:1");

        cluster.Control.PauseApiServer();
        await Task.Delay(4000);
        cluster.Control.ResumeApiServer();
        await ChangeAsync(lane, "three:1");

        op.HasExited.Should().BeFalse();
        (await lane.ReadDefinitionsAsync()).Keys.Should().Equal("a");
    }

    [Fact]
    public async Task A_deletion_is_noticed_though_the_history_that_told_it_is_gone()
    {
        await using var lane = await Lane.StartAsync(cluster);
        using var wire = new CutWire(cluster.Control.Address);
        using var op = await lane.StartOperatorAsync(
            [$"Kubernetes:KubeConfig={wire.Reroute(lane.Kubeconfig, lane.Folder)}", .. Alert]);
        await lane.ApplyListAsync("goes", "a:1");
        await lane.ApplyListAsync("stays", "a:1");
        await lane.WaitReadyAsync("goes");
        await lane.WaitReadyAsync("stays");

        wire.Cut();
        await lane.DeleteAsync("goes");
        await lane.ApplyListAsync("comes", "a:1");
        // A server that begins anew knows of nothing before its beginning.
        await cluster.Control.RestartApiServerAsync();
        wire.Mend();

        await Wait.UntilAsync(
            // It was away for so long that the next try may be half a minute off.
            lane.ReadDefinitionsAsync, d => d.Keys.Order().SequenceEqual(["comes", "stays"]), 120);
        (await lane.ReadDefinitionsAsync()).Keys.Should().BeEquivalentTo("comes", "stays");
        (await op.ReadAsync("httpsd_operator_watch_restarts_total", "resource=\"targetgenerators\"", "reason=\"expired\"")).Should().BePositive();
    }

    [Fact]
    public async Task An_operator_that_starts_before_its_kind_is_known_works_when_it_is()
    {
        await cluster.MustAsync("delete", "crd", "targetgenerators.httpsd.io");
        await using var lane = await Lane.StartAsync(cluster);
        using var op = await lane.StartOperatorAsync(Alert);
        await Wait.UntilAsync(() => Task.FromResult(op.Log.Contains("not_found", StringComparison.Ordinal)), "the log says what is missing");

        await cluster.MustAsync("apply", "--validate=false", "-f", Path.Combine(Programs.Root, "config", "crds"));
        await cluster.MustAsync("wait", "--for=condition=Established", "--timeout=30s", "crd/targetgenerators.httpsd.io");
        await Wait.UntilAsync(async () => await AppliedAsync(() => lane.ApplyListAsync("a", "a:1")), "the kind is served");

        await lane.WaitReadyAsync("a", 30);
        await op.WaitReadyAsync();
    }

    private static async Task ChangeAsync(Lane lane, string target)
    {
        await Wait.UntilAsync(async () => await AppliedAsync(() => lane.ApplyListAsync("a", target)), "the server is back");
        await Wait.UntilAsync(
            async () => await lane.ReadScriptAsync("a") is { } list && list.Contains(target, StringComparison.Ordinal), "the change is seen");
        await lane.WaitReadyAsync("a");
    }

    private static async Task<bool> AppliedAsync(Func<Task> apply)
    {
        try
        {
            await apply();
            return true;
        }
        catch (k8s.Autorest.HttpOperationException)
        {
            return false;
        }
    }
}
