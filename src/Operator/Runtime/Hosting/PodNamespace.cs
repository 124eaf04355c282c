namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>The namespace this process runs in.</summary>
internal static class PodNamespace
{
    private const string Mounted = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";

    public static string Find() =>
        Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } given ? given
        : File.Exists(Mounted) ? File.ReadAllText(Mounted).Trim()
        : "default";
}
