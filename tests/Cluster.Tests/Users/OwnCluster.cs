namespace HttpSd.Cluster.Tests.Users;

/// <summary>
/// A cluster of its own for tests that hurt Redis or count writes: its operator serves two namespaces only, with
/// the Role in each in place of the ClusterRole, and writes outcomes of runs every two seconds.
/// </summary>
public sealed class OwnCluster : IAsyncLifetime
{
    internal const string Served = "team-a";
    internal const string ServedToo = "team-b";
    internal const string NotServed = "team-c";

    internal static readonly TimeSpan StatusInterval = TimeSpan.FromSeconds(2);

    private readonly List<Part> parts = [];

    internal LocalCluster.Cluster Cluster { get; private set; } = null!;

    internal Part Operator => parts[0];

    internal Part Server => parts[1];

    public async ValueTask InitializeAsync()
    {
        Cluster = await LocalCluster.Cluster.StartAsync();
        await Cluster.MustAsync("delete", "clusterrolebinding,clusterrole", "httpsd-operator");
        foreach (var space in new[] { Served, ServedToo, NotServed })
            await Cluster.MustAsync("create", "namespace", space);
        foreach (var space in new[] { Served, ServedToo })
        {
            await Cluster.MustAsync("apply", "-n", space, "-f", Path.Combine(Programs.Root, "config", "rbac", "role.yaml"));
            await Cluster.MustAsync(
                "create", "rolebinding", "httpsd-operator", "-n", space, "--role=httpsd-operator",
                $"--serviceaccount={LocalCluster.Cluster.OwnNamespace}:httpsd-operator");
        }
        parts.Add(await Cluster.StartOperatorAsync(
            null, $"Operator:Namespaces:0={Served}", $"Operator:Namespaces:1={ServedToo}", $"Operator:StatusInterval={StatusInterval}"));
        parts.Add(await Cluster.StartServerAsync(null));
        parts.Add(await Cluster.StartWorkerAsync(null, LocalCluster.Cluster.Telling));
        foreach (var part in parts)
            await part.WaitReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        parts.ForEach(p => p.Dispose());
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }
}
