using k8s;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>What the process finds around itself when it looks for an API server.</summary>
/// <param name="KubeConfigVariable">The value of <c>KUBECONFIG</c>; null or empty when not set.</param>
/// <param name="Home">The user's folder; empty when there is none.</param>
/// <param name="InCluster">Whether a Pod's service account is mounted.</param>
/// <param name="ServiceAccount">Its configuration.</param>
internal sealed record KubeSurroundings(
    string? KubeConfigVariable, string Home, bool InCluster, Func<KubernetesClientConfiguration> ServiceAccount)
{
    public static KubeSurroundings Read() => new(
        Environment.GetEnvironmentVariable("KUBECONFIG"),
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        KubernetesClientConfiguration.IsInCluster(),
        KubernetesClientConfiguration.InClusterConfig);
}
