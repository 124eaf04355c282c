using System.Diagnostics;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Tests.Runtime.Scripted;
using k8s;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

/// <summary>Over HTTP/2 and TLS, as with a real API server.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly Certificates certificates = new();

    public void Dispose() => certificates.Dispose();

    [Fact]
    public async Task A_half_open_connection_is_noticed_and_not_used_again()
    {
        using var certificate = certificates.Server(address: "127.0.0.1");
        var api = await ScriptedApi.StartAsync(certificate);
        using var proxy = new FreezingProxy(api.Port);
        var protocol = "";
        api.List = (c, _) => c.ItemsAsync("5");
        api.Watch = (c, n) =>
        {
            protocol = c.Request.Protocol;
            return n == 1 ? c.SilenceAsync(Line("ADDED", Thing("a", "6"))) : c.SilenceAsync(Line("ADDED", Thing("b", "7")));
        };
        var client = new KubernetesOptions { PingDelay = TimeSpan.FromSeconds(1), PingTimeout = TimeSpan.FromSeconds(1) };
        await using var rig = ReflectorRig<Thing>.Over(api, Configuration(proxy.Port), client);
        await Soon.TrueAsync(() => rig.Known.Contains("a@6"), "it watches");
        proxy.Freeze();
        var clock = Stopwatch.StartNew();
        await Soon.TrueAsync(() => rig.Known.Contains("b@7"), "the next request takes a new connection", seconds: 10);
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(6));
        protocol.Should().Be("HTTP/2");
        rig.Api.Lists.Should().Be(1);
        (await rig.RestartsAsync("unavailable")).Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task A_connection_that_the_server_takes_down_in_order_costs_nothing()
    {
        using var certificate = certificates.Server(address: "127.0.0.1");
        var api = await ScriptedApi.StartAsync(certificate);
        using var proxy = new FreezingProxy(api.Port);
        api.List = (c, _) => c.ItemsAsync("5");
        api.Watch = async (c, n) =>
        {
            if (n > 1)
            {
                await c.SilenceAsync();
                return;
            }
            await c.LinesAsync(Line("ADDED", Thing("a", "6")));
            c.CloseConnection();
            await Task.Delay(100);
            await c.LinesAsync(Line("ADDED", Thing("b", "7")));
        };
        await using var rig = ReflectorRig<Thing>.Over(api, Configuration(proxy.Port), new KubernetesOptions());
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        rig.Known.Should().Equal("a@6", "b@7");
        rig.Api.Lists.Should().Be(1);
        proxy.Connections.Should().Be(2);
        rig.Api.Requests.Last().Should().Contain("resourceVersion=7");
        (await rig.RestartsAsync("closed")).Should().Be(1);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_waited_for()
    {
        using var certificate = certificates.Server(address: "127.0.0.1");
        var api = await ScriptedApi.StartAsync(certificate);
        var nobody = new FreezingProxy(api.Port);
        var port = nobody.Port;
        nobody.Dispose();
        await using var rig = ReflectorRig<Thing>.Over(api, Configuration(port), new KubernetesOptions());
        await Soon.TrueAsync(() => rig.Reflector.Trouble is not null, "it says so");
        rig.Reflector.Trouble.Should().StartWith("things in all namespaces: Connection refused");
        (rig.Reflector.Synced, rig.Reflector.Alive).Should().Be((false, true));
    }

    private KubernetesClientConfiguration Configuration(int port) =>
        new() { Host = $"https://127.0.0.1:{port}", SslCaCerts = [certificates.Authority] };
}
