using HttpSd.Operator.Runtime.Caching;
using HttpSd.ServiceDefaults;
using k8s;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Runtime.Client;

internal static class KubernetesServices
{
    /// <summary>
    /// Section <c>Kubernetes</c>, <see cref="IKubernetes"/>, <see cref="ApiRequests"/> and
    /// <see cref="ReflectorFactory"/>. Needs <see cref="ProcessMetrics"/>.
    /// </summary>
    /// <exception cref="KubeConfigurationException">When first resolved: there is no API server to be found.</exception>
    public static IServiceCollection AddKubernetesClient(this IServiceCollection services)
    {
        services.AddSettings<KubernetesOptions>("Kubernetes");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(s => s.GetRequiredService<IOptions<KubernetesOptions>>().Value);
        services.AddSingleton(_ => new Jitter(new Random()));
        services.AddSingleton<ClientMetrics>();
        services.AddSingleton<KubernetesFactory>();
        services.AddSingleton(s => KubeConfiguration.Load(s.GetRequiredService<KubernetesOptions>(), KubeSurroundings.Read()));
        services.AddSingleton(s =>
            s.GetRequiredService<KubernetesFactory>().Create(s.GetRequiredService<KubernetesClientConfiguration>()));
        services.AddSingleton<IKubernetes>(s => s.GetRequiredService<k8s.Kubernetes>());
        services.AddSingleton<ApiRequests>();
        services.AddSingleton<ReflectorOptions>();
        services.AddSingleton<ReflectorMetrics>();
        services.AddSingleton<ReflectorFactory>();
        return services;
    }
}
