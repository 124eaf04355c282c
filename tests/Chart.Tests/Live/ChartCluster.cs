using HttpSd.Kube;

namespace HttpSd.Chart.Tests.Live;

/// <summary>An API server that nothing is installed on but the definitions, ours and (where they are at hand) the Prometheus Operator's.</summary>
public sealed class ChartCluster : IAsyncLifetime
{
    public const string Name = "an API server";

    private static readonly string[] Namespaces = ["httpsd", "team-a", "team-b"];

    public ControlPlane Plane { get; private set; } = null!;

    /// <summary>The folder that <c>PROMETHEUS_OPERATOR_CRDS</c> names, when it is there.</summary>
    public static string? PrometheusOperator { get; } =
        Environment.GetEnvironmentVariable("PROMETHEUS_OPERATOR_CRDS") is { Length: > 0 } folder && Directory.Exists(folder) ? folder : null;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync();
        await MustAsync(Plane, "apply", "--validate=false", "-f", Path.Combine(Programs.Root, "config", "crds"));
        // As the chart's README says: else Helm refuses to take over what it hasn't made.
        string[] ours = ["crd", "targetgenerators.httpsd.io", "workerpools.httpsd.io"];
        await MustAsync(Plane, ["label", .. ours, "app.kubernetes.io/managed-by=Helm", "--overwrite"]);
        await MustAsync(Plane, ["annotate", .. ours, "meta.helm.sh/release-name=httpsd", "meta.helm.sh/release-namespace=httpsd", "--overwrite"]);
        if (PrometheusOperator is not null)
            await CreateForeignAsync(PrometheusOperator);
        await MustAsync(Plane, "wait", "--for=condition=Established", "--timeout=60s", "crd", "--all");
        foreach (var space in Namespaces)
            await MustAsync(Plane, "create", "namespace", space);
        // What a pod names has to be there.
        foreach (var name in new[] { "important", "everybody" })
            await MustAsync(Plane, "create", "priorityclass", name, "--value=1");
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, string.Join("---\n", new[] { "gvisor", "kata" }.Select(
            n => $"apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {{name: {n}}}\nhandler: {n}\n")));
        await MustAsync(Plane, "apply", "-f", file);
        File.Delete(file);
    }

    public ValueTask DisposeAsync() => Plane?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Creates definitions of others. Kubernetes 1.20 takes a default of "" for none, and none for wrong.</summary>
    private async Task CreateForeignAsync(string folder)
    {
        var copies = Directory.CreateTempSubdirectory("httpsd-crds-").FullName;
        foreach (var file in Directory.GetFiles(folder, "*.yaml"))
            await File.WriteAllLinesAsync(Path.Combine(copies, Path.GetFileName(file)), File.ReadLines(file).Where(l => l.Trim() != "default: \"\""));
        await MustAsync(Plane, "create", "--validate=false", "-f", copies);
        Directory.Delete(copies, recursive: true);
    }

    internal static async Task<string> MustAsync(ControlPlane plane, params string[] arguments)
    {
        var (exitCode, output, error) = await plane.KubectlAsync(arguments);
        return exitCode == 0 ? output : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} ended with {exitCode}: {error}");
    }
}

[CollectionDefinition(ChartCluster.Name)]
public sealed class ChartClusterGroup : ICollectionFixture<ChartCluster>;
