using System.Security.Cryptography;
using k8s;
using k8s.Exceptions;
using k8s.KubeConfigModels;
using YamlDotNet.Core;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>Finds the API server. First found wins: an explicit file, KUBECONFIG, the Pod's service account, ~/.kube/config.</summary>
internal static class KubeConfiguration
{
    public static KubernetesClientConfiguration Load(KubernetesOptions options, KubeSurroundings around)
    {
        if (options.KubeConfig.Length > 0)
            return FromFiles([options.KubeConfig], options.Context, "Kubernetes:KubeConfig");
        if (!string.IsNullOrEmpty(around.KubeConfigVariable))
            return FromFiles(
                around.KubeConfigVariable.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries), options.Context, "KUBECONFIG");
        if (around.InCluster)
            return FromServiceAccount(around);
        var standard = Path.Combine(around.Home, ".kube", "config");
        // The library would go on to http://localhost:8080 here: an operator that seems to run and sees nothing.
        return around.Home.Length > 0 && File.Exists(standard)
            ? FromFiles([standard], options.Context, "~/.kube/config")
            : throw new KubeConfigurationException(
                "No way to a Kubernetes API server: Kubernetes:KubeConfig and KUBECONFIG are not set, this is not a Pod "
                + $"with a service account, and {standard} doesn't exist.");
    }

    private static KubernetesClientConfiguration FromFiles(string[] paths, string context, string source)
    {
        // As kubectl: of several files those that exist are merged.
        var files = paths.Where(File.Exists).Select(p => new FileInfo(p)).ToArray();
        var named = string.Join(", ", paths);
        if (files.Length == 0)
            throw new KubeConfigurationException($"{source} names {named}, which doesn't exist.");
        try
        {
            var merged = files.Select(f => KubernetesClientConfiguration.LoadKubeConfig(f)).Aggregate(Merge);
            return KubernetesClientConfiguration.BuildConfigFromConfigObject(merged, context.Length > 0 ? context : null)
                is { Host: { Length: > 0 } host } configuration && Uri.TryCreate(host, UriKind.Absolute, out _)
                ? configuration
                : throw new KubeConfigurationException($"The kubeconfig {named} ({source}) names no server.");
        }
        catch (YamlException e)
        {
            // Its own text may quote the file, and the file holds secrets.
            throw new KubeConfigurationException($"The kubeconfig {named} ({source}) is not valid YAML at line {e.Start.Line}.");
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or FormatException
            or CryptographicException or ArgumentException or InvalidOperationException or NullReferenceException)
        {
            throw new KubeConfigurationException($"The kubeconfig {named} ({source}) cannot be used: {e.Message}", e);
        }
    }

    // The first to name a thing wins. Paths in later files are then relative to the first one's folder.
    private static K8SConfiguration Merge(K8SConfiguration first, K8SConfiguration next)
    {
        first.CurrentContext = string.IsNullOrEmpty(first.CurrentContext) ? next.CurrentContext : first.CurrentContext;
        first.Clusters = [.. (first.Clusters ?? []).Concat(next.Clusters ?? []).DistinctBy(c => c.Name)];
        first.Users = [.. (first.Users ?? []).Concat(next.Users ?? []).DistinctBy(u => u.Name)];
        first.Contexts = [.. (first.Contexts ?? []).Concat(next.Contexts ?? []).DistinctBy(c => c.Name)];
        return first;
    }

    private static KubernetesClientConfiguration FromServiceAccount(KubeSurroundings around)
    {
        try
        {
            return around.ServiceAccount();
        }
        catch (Exception e) when (e is KubeConfigException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubeConfigurationException($"The Pod's service account cannot be used: {e.Message}", e);
        }
    }
}
