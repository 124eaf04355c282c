namespace HttpSd.LocalCluster.Chaos;

/// <summary>Two operators, two servers and two workers on a cluster, and what befalls them, one thing after the other.</summary>
internal sealed class Turmoil(Cluster cluster, Random random) : IDisposable
{
    private readonly Dictionary<string, Func<Task<Part>>> starts = [];
    private readonly Dictionary<string, Part> parts = [];
    private readonly Dictionary<string, int> faults = [];

    public IReadOnlyDictionary<string, int> Faults => faults;

    public IEnumerable<Part> Servers => parts.Where(p => p.Key.StartsWith("server", StringComparison.Ordinal)).Select(p => p.Value);

    public async Task StartAsync()
    {
        foreach (var number in new[] { 1, 2 })
        {
            Add($"operator {number}", port => cluster.StartOperatorAsync(port, "Operator:ResyncInterval=30s", "Kubernetes:PingDelay=1s", "Kubernetes:PingTimeout=1s", "Kubernetes:ConnectTimeout=1s"));
            Add($"server {number}", port => cluster.StartServerAsync(port));
            Add($"worker {number}", port => cluster.StartWorkerAsync(port, "Worker:RetryDelay=500ms", "Worker:MaxRetryDelay=2s", "Queue:Lease=5s", "Queue:SweepInterval=1s"));
        }
        foreach (var name in starts.Keys)
            parts[name] = await starts[name]();

        void Add(string name, Func<int, Task<Part>> start)
        {
            // The same port again: whoever asked there asks there again.
            var port = Kube.Ports.Free();
            starts[name] = () => start(port);
        }
    }

    /// <summary>One fault, and its end.</summary>
    public async Task HurtAsync()
    {
        switch (random.Next(12))
        {
            case < 5:
                var killed = Any();
                Note("kill -9 of " + killed.Split(' ')[0]);
                parts[killed].Dispose();
                await PauseAsync(2000);
                parts[killed] = await starts[killed]();
                break;
            case < 8:
                var stopped = Any();
                Note("stop of " + stopped.Split(' ')[0]);
                parts[stopped].Signal("STOP");
                await PauseAsync(4000);
                parts[stopped].Signal("CONT");
                break;
            case 8:
                Note("stop of Redis");
                cluster.Redis.Stop();
                await PauseAsync(3000);
                cluster.Redis.Continue();
                break;
            case 9:
                Note("Redis lost with all it had");
                cluster.Redis.Kill();
                await PauseAsync(1000);
                await cluster.Redis.RestartAsync();
                break;
            case 10:
                Note("kill -9 of the API server");
                cluster.Control.KillApiServer();
                await PauseAsync(1500);
                await cluster.Control.RestartApiServerAsync();
                break;
            default:
                Note("stop of the API server");
                cluster.Control.PauseApiServer();
                await PauseAsync(3000);
                cluster.Control.ResumeApiServer();
                break;
        }
        await PauseAsync(1500);
    }

    /// <summary>What has ended by itself, as a leader without its lease does, is started again, as a kubelet would.</summary>
    public async Task MendAsync()
    {
        foreach (var (name, part) in parts.ToList())
        {
            if (!part.HasExited)
                continue;
            part.Dispose();
            parts[name] = await starts[name]();
        }
    }

    public void Dispose()
    {
        foreach (var part in parts.Values)
            part.Dispose();
    }

    private string Any() => starts.Keys.ElementAt(random.Next(starts.Count));

    private void Note(string fault) => faults[fault] = faults.GetValueOrDefault(fault) + 1;

    private Task PauseAsync(int most) => Task.Delay(random.Next(most));
}
