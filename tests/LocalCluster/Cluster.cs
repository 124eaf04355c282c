using HttpSd.Kube;
using HttpSd.Tests;

namespace HttpSd.LocalCluster;

/// <summary>
/// A cluster of one machine: API server, the CRD, the operator's own account with just the rights it is shipped
/// with, and Redis. Operators, servers and workers are processes that the caller starts.
/// </summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>Where the operator lives.</summary>
    public const string OwnNamespace = "httpsd";

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-cluster-").FullName;

    private Cluster(ControlPlane control, RedisServer redis) => (Control, Redis) = (control, redis);

    public ControlPlane Control { get; }

    public RedisServer Redis { get; }

    /// <summary>Starts everything but our own processes.</summary>
    public static Task<Cluster> StartAsync(params string[] apiServerFlags) => StartWithAsync([], apiServerFlags);

    /// <summary>The same with a Redis of its own settings.</summary>
    public static async Task<Cluster> StartWithAsync(string[] redisSettings, params string[] apiServerFlags)
    {
        var cluster = new Cluster(await ControlPlane.StartAsync(apiServerFlags), await RedisServer.StartAsync(redisSettings));
        // An API server before 1.25 doesn't know CEL rules and drops them; its schema makes kubectl refuse them.
        await cluster.MustAsync("apply", "--validate=false", "-f", Path.Combine(Programs.Root, "config", "crds"));
        await cluster.MustAsync("wait", "--for=condition=Established", "--timeout=30s", "crd/targetgenerators.httpsd.io", "crd/workerpools.httpsd.io");
        await cluster.MustAsync("create", "namespace", OwnNamespace);
        foreach (var file in new[] { "service-account.yaml", "cluster-role.yaml", "leader-role.yaml", "scaling-role.yaml", "binding.yaml" })
            await cluster.MustAsync("apply", "-n", OwnNamespace, "-f", Path.Combine(Programs.Root, "config", "rbac", file));
        return cluster;
    }

    /// <summary>An operator under its ServiceAccount.</summary>
    /// <param name="port">Null: a free one.</param>
    /// <param name="settings">Further ones, <c>Section:Name=value</c>.</param>
    public async Task<Part> StartOperatorAsync(int? port, params string[] settings)
    {
        var kubeconfig = await WriteKubeconfigAsync("httpsd-operator");
        return await Part.StartAsync(
            "Operator", port,
            [$"Kubernetes:KubeConfig={kubeconfig}", $"Operator:OwnNamespace={OwnNamespace}", $"Redis:Url={Redis.Url}", .. settings]);
    }

    public Task<Part> StartServerAsync(int? port, params string[] settings) =>
        Part.StartAsync("SdServer", port, [$"Redis:Url={Redis.Url}", .. settings]);

    /// <summary>Of a worker whose scripts tell the tests something in files of the temporary folder.</summary>
    public static string Telling => $"Worker:WritePaths={Path.GetTempPath()}";

    public Task<Part> StartWorkerAsync(int? port, params string[] settings) =>
        Part.StartAsync("Worker", port, [$"Redis:Url={Redis.Url}", .. settings]);

    /// <summary>Starts again what has ended of the API server, its etcd and Redis, which comes back empty.</summary>
    public async Task MendAsync(TextWriter log)
    {
        try
        {
            if (Redis.HasEnded)
            {
                log.WriteLine("Redis has ended");
                await Redis.RestartAsync();
                log.WriteLine("Redis is started again, empty");
            }
            if (Control.Ended is { } ended)
            {
                log.WriteLine($"{ended} has ended");
                await Control.MendAsync();
                log.WriteLine($"{ended} is started again");
            }
        }
        catch (Exception e) when (e is InvalidOperationException or TimeoutException)
        {
            // The next round tries again.
            log.WriteLine($"it can't be started yet: {e.Message}");
        }
    }

    /// <summary>A kubeconfig of a ServiceAccount in <see cref="OwnNamespace"/>.</summary>
    public async Task<string> WriteKubeconfigAsync(string account)
    {
        var path = Path.Combine(folder, $"{account}-{Guid.NewGuid():n}.kubeconfig");
        Control.WriteKubeconfig(path, await Control.CreateTokenAsync(OwnNamespace, account));
        return path;
    }

    /// <summary>Runs kubectl as admin and fails unless it succeeds; its output.</summary>
    public async Task<string> MustAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await Control.KubectlAsync(arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} ended with {exitCode}: {error}{output}");
    }

    /// <summary>Applies a manifest given as text.</summary>
    public async Task<string> ApplyAsync(string manifest, params string[] arguments)
    {
        var file = Path.Combine(folder, $"{Guid.NewGuid():n}.yaml");
        await File.WriteAllTextAsync(file, manifest);
        return await MustAsync(["apply", "-f", file, .. arguments]);
    }

    public async ValueTask DisposeAsync()
    {
        await Control.DisposeAsync();
        await Redis.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
