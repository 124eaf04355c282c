using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Tests.Runtime.Scripted;
using HttpSd.ServiceDefaults;
using k8s;
using k8s.Authentication;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Client;

/// <summary>A Pod's token lives an hour; the kubelet puts the next one in its place.</summary>
public class TokenRotationTests
{
    [Fact]
    public async Task The_service_accounts_token_is_read_again_for_lists_watches_and_calls()
    {
        await using var api = await ScriptedApi.StartAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "first\n", TestContext.Current.CancellationToken);
        var token = new TokenFileAuth(file);
        var seen = new ConcurrentQueue<string>();
        api.List = (c, _) =>
        {
            seen.Enqueue("list " + c.Request.Headers.Authorization);
            return c.ItemsAsync("5");
        };
        api.Watch = (c, _) =>
        {
            seen.Enqueue("watch " + c.Request.Headers.Authorization);
            return c.LinesAsync(Line("ADDED", Thing("a", "6")));
        };
        var around = new KubeSurroundings(
            null, "", InCluster: true, () => new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{api.Port}", TokenProvider = token });
        var options = new KubernetesOptions();
        using var kubernetes = new KubernetesFactory(options, new ClientMetrics(new ProcessMetrics()), TimeProvider.System, new Jitter(new Random(1)))
            .Create(KubeConfiguration.Load(options, around));
        var source = new ListWatch<Thing>(
            new ApiRequests(kubernetes, TimeProvider.System), new WatchScope(), new ReflectorOptions(), TimeProvider.System, new Jitter(new Random(1)), _ => { });

        await UseAsync();
        await File.WriteAllTextAsync(file, "second\n", TestContext.Current.CancellationToken);
        Expire(token);
        await UseAsync();

        seen.Should().Equal(
            "list Bearer first", "watch Bearer first", "list Bearer first", "list Bearer second", "watch Bearer second", "list Bearer second");
        File.Delete(file);

        async Task UseAsync()
        {
            await source.ListAsync(TestContext.Current.CancellationToken);
            await using (await source.OpenAsync("5", TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken))
            {
            }
            await kubernetes.CustomObjects.ListClusterCustomObjectAsync<object>("test.httpsd.io", "v1", "things");
        }
    }

    // It looks at the machine's clock: minutes from now in a Pod.
    private static void Expire(TokenFileAuth token) => typeof(TokenFileAuth)
        .GetProperty("TokenExpiresAt", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)!
        .SetValue(token, DateTime.UtcNow.AddSeconds(-1));
}
