using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Tests.Runtime.Scripted;
using HttpSd.ServiceDefaults;
using k8s;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace HttpSd.Operator.Tests.Runtime.Client;

public class KubernetesServicesTests
{
    [Fact]
    public void One_call_registers_all_that_reflectors_and_controllers_need()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """
            apiVersion: v1
            kind: Config
            current-context: t
            clusters: [{name: t, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: t, user: {token: t}}]
            contexts: [{name: t, context: {cluster: t, user: t}}]
            """);
        using var services = new ServiceCollection().AddLogging().AddSingleton<ProcessMetrics>().AddKubernetesClient()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new("Kubernetes:KubeConfig", file)]).Build())
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true });
        services.GetRequiredService<IKubernetes>().BaseUri.Port.Should().Be(1);
        var reflectors = services.GetRequiredService<ReflectorFactory>().Create(new EntityStore<Thing>(), ["a", "b", "a"]);
        reflectors.Select(r => (r.Name, r.Synced, r.Alive, r.Trouble)).Should().Equal(("things", false, true, null), ("things", false, true, null));
        File.Delete(file);
    }
}
