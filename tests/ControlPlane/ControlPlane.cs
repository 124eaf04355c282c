using k8s;
using k8s.Models;

namespace HttpSd.Kube;

/// <summary>
/// A real Kubernetes API server with RBAC on an etcd of its own, on free loopback ports, for as long as it isn't
/// disposed and this process lives. There is no kubelet and no scheduler: Pods stay Pending until a test patches
/// their status.
/// </summary>
public sealed class ControlPlane : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-kube-").FullName;
    private readonly Nursery nursery = new();
    private readonly Credentials credentials;
    private readonly Probe probe;
    private readonly string[] apiServerFlags;
    private ServerProcess? etcd;
    private ServerProcess? apiServer;
    private ServerProcess? controllerManager;
    private int etcdPort;
    private int port;
    private bool disposed;

    private ControlPlane(string[] apiServerFlags)
    {
        this.apiServerFlags = apiServerFlags;
        credentials = Credentials.Create(folder);
        probe = new Probe(credentials.CaPem);
    }

    /// <summary>Where the API server is; the same after a restart.</summary>
    public Uri Address => new($"https://127.0.0.1:{port}");

    /// <summary>The PEM file of the authority that signed the API server's certificate.</summary>
    public string CaFile => credentials.CaFile;

    /// <summary>May do everything. A new one each time, because clients change what they are given.</summary>
    public KubernetesClientConfiguration AdminConfig => ConfigFor(credentials.AdminToken);

    /// <summary>The kubeconfig that <see cref="KubectlAsync"/> uses; may do everything.</summary>
    public string AdminKubeconfig => Path.Combine(folder, "admin.kubeconfig");

    /// <summary>The processes that run now, for tests that look for leftovers.</summary>
    internal IEnumerable<int> ProcessIds => new[] { controllerManager, apiServer, etcd }.OfType<ServerProcess>().Select(p => p.Id);

    /// <summary>The folder of its data, certificates and kubeconfig; removed at the end.</summary>
    internal string Folder => folder;

    /// <summary>Starts etcd and the API server and waits until that is ready, its default roles included.</summary>
    /// <param name="apiServerFlags">Further ones, such as <c>--watch-cache=false</c> or <c>--etcd-compaction-interval=3s</c>.</param>
    /// <exception cref="InvalidOperationException">A binary is missing: run <c>eng/kube</c>.</exception>
    public static async Task<ControlPlane> StartAsync(params string[] apiServerFlags)
    {
        var started = new ControlPlane(apiServerFlags);
        try
        {
            await OnFreePortAsync(started.StartEtcdAsync);
            await OnFreePortAsync(started.StartApiServerAsync);
            started.WriteKubeconfig(started.AdminKubeconfig);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Starts the controllers: Deployments get ReplicaSets and those Pods, owned objects go with their owner, namespaces
    /// get a default ServiceAccount and can be deleted. Start them after the CRDs are there: the garbage collector looks for
    /// new kinds every 30 seconds only.
    /// </summary>
    public Task StartControllersAsync() => OnFreePortAsync(async free =>
    {
        controllerManager?.Dispose();
        controllerManager = await ServerProcess.StartAsync(
            nursery, "kube-controller-manager", Flags.ControllerManager(AdminKubeconfig, folder, free, credentials));
        await controllerManager.WaitAsync(() => probe.IsOkAsync(new Uri($"https://127.0.0.1:{free}/healthz")));
    });

    /// <summary>A client configuration for whoever has this token.</summary>
    /// <param name="token">From <see cref="CreateTokenAsync"/>.</param>
    public KubernetesClientConfiguration ConfigFor(string token) => new()
    {
        Host = Address.GetLeftPart(UriPartial.Authority),
        SslCaCerts = probe.Authorities(),
        AccessToken = token,
    };

    /// <summary>Writes a kubeconfig, readable by this user alone.</summary>
    /// <param name="path">The file; it is overwritten.</param>
    /// <param name="token">Whose; the admin's when null.</param>
    public void WriteKubeconfig(string path, string? token = null) =>
        Kubeconfig.Write(path, Address, credentials.CaPem, token ?? credentials.AdminToken);

    /// <summary>A token for a ServiceAccount, good for an hour.</summary>
    /// <param name="ns">The account's namespace.</param>
    /// <param name="serviceAccount">Its name; it must exist.</param>
    public async Task<string> CreateTokenAsync(string ns, string serviceAccount)
    {
        using var admin = new Kubernetes(AdminConfig);
        var request = new Authenticationv1TokenRequest { Spec = new V1TokenRequestSpec { Audiences = [] } };
        var made = await admin.CoreV1.CreateNamespacedServiceAccountTokenAsync(request, serviceAccount, ns);
        return made.Status.Token;
    }

    /// <summary>Runs the real kubectl as admin, for at most a minute.</summary>
    /// <param name="arguments">Such as <c>get</c>, <c>pods</c>.</param>
    public Task<KubectlResult> KubectlAsync(params string[] arguments) =>
        Kubectl.RunAsync(AdminKubeconfig, Path.Combine(folder, "kubectl"), arguments);

    /// <summary>Applies a file or a folder as admin, and waits until the CRDs in it are served.</summary>
    /// <param name="path">The file or folder.</param>
    /// <exception cref="InvalidOperationException">It was refused; the message says why.</exception>
    public async Task ApplyAsync(string path)
    {
        var applied = await SucceedAsync("apply", "-f", path, "-o", "name");
        string[] kinds = [.. applied.Split('\n').Where(n => n.StartsWith("customresourcedefinition", StringComparison.Ordinal))];
        if (kinds.Length > 0)
            await SucceedAsync(["wait", "--for=condition=Established", "--timeout=30s", .. kinds]);
    }

    /// <summary>The API server dies; connections break, and later ones are refused.</summary>
    public void KillApiServer()
    {
        apiServer?.Dispose();
        apiServer = null;
    }

    /// <summary>Kills the API server if it runs and starts it again: same address, same data.</summary>
    public async Task RestartApiServerAsync()
    {
        KillApiServer();
        await StartApiServerAsync(port);
    }

    /// <summary>Which of the servers has ended though nobody asked it here to; null: none.</summary>
    public string? Ended =>
        etcd is { HasExited: true } ? "etcd" : apiServer is { HasExited: true } ? "kube-apiserver" : null;

    /// <summary>Starts <see cref="Ended"/> again: same address, same data.</summary>
    public async Task MendAsync()
    {
        if (etcd is { HasExited: true })
            await StartEtcdAsync(etcdPort);
        else if (apiServer is { HasExited: true })
            await StartApiServerAsync(port);
    }

    /// <summary>The API server hangs: connections stay, answers don't come.</summary>
    public void PauseApiServer() => apiServer!.Signal("STOP");

    /// <summary>It goes on.</summary>
    public void ResumeApiServer() => apiServer!.Signal("CONT");

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        if (disposed)
            return ValueTask.CompletedTask;
        disposed = true;
        // In this order: an API server whose etcd goes first spends its last moments retrying.
        controllerManager?.Dispose();
        KillApiServer();
        etcd?.Dispose();
        nursery.Dispose();
        probe.Dispose();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task StartEtcdAsync(int free)
    {
        etcd?.Dispose();
        etcdPort = free;
        etcd = await ServerProcess.StartAsync(nursery, "etcd", Flags.Etcd(Path.Combine(folder, "etcd"), free));
        await etcd.WaitAsync(() => probe.IsOkAsync(new Uri($"http://127.0.0.1:{free}/health")));
    }

    private async Task StartApiServerAsync(int free)
    {
        KillApiServer();
        port = free;
        apiServer = await ServerProcess.StartAsync(
            nursery, "kube-apiserver", [.. Flags.ApiServer(etcdPort, free, credentials), .. apiServerFlags]);
        await apiServer.WaitAsync(() => probe.IsOkAsync(new Uri(Address, "/readyz"), credentials.AdminToken));
    }

    /// <summary>Between finding a port and taking it somebody else can take it.</summary>
    private static async Task OnFreePortAsync(Func<int, Task> start)
    {
        for (var left = 2; ; left--)
        {
            try
            {
                await start(Ports.Free());
                return;
            }
            catch (ServerEndedException) when (left > 0)
            {
            }
        }
    }

    private async Task<string> SucceedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await KubectlAsync(arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"kubectl {string.Join(' ', arguments)} ended with {exitCode}: {error}");
    }
}
