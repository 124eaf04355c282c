using HttpSd.LocalCluster.History;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>Two operators, two servers and two workers on a cluster, and what befalls them, one thing after the other.</summary>
/// <param name="cluster">Its Redis keeps its data over a restart.</param>
/// <param name="random">What comes next.</param>
/// <param name="histories">The folder of what each process asked of Redis.</param>
/// <param name="observer">Hears of each fault.</param>
internal sealed class Turmoil(Cluster cluster, Random random, string histories, Observer observer) : IDisposable
{
    /// <summary>Of the workers' queue.</summary>
    public static readonly TimeSpan LeaseGrace = TimeSpan.FromSeconds(2);

    private readonly string history = $"Redis:HistoryFolder={histories}";
    private readonly Dictionary<string, Func<Task<Part>>> starts = [];
    private readonly Dictionary<string, Part> parts = [];
    private readonly Dictionary<string, int> faults = [];

    public IReadOnlyDictionary<string, int> Faults => faults;

    public IEnumerable<Part> Servers => parts.Where(p => p.Key.StartsWith("server", StringComparison.Ordinal)).Select(p => p.Value);

    public async Task StartAsync()
    {
        foreach (var number in new[] { 1, 2 })
        {
            Add($"operator {number}", port => cluster.StartOperatorAsync(port, "Operator:ResyncInterval=30s", "Kubernetes:PingDelay=1s", "Kubernetes:PingTimeout=1s", "Kubernetes:ConnectTimeout=1s", history));
            Add($"server {number}", port => cluster.StartServerAsync(port, history));
            Add($"worker {number}", port => cluster.StartWorkerAsync(port, "Worker:RetryDelay=500ms", "Worker:MaxRetryDelay=2s", "Queue:Lease=5s", "Queue:LeaseGrace=2s", "Queue:SweepInterval=1s", history));
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
        var begin = Observer.Now();
        var what = random.Next(13);
        var fault = what switch
        {
            < 5 => await KillAsync(Any()),
            < 8 => await StopAsync(Any()),
            8 => await StopRedisAsync(),
            9 => await LoseRedisAsync(),
            10 => await KillRedisAsync(),
            11 => await KillApiServerAsync(),
            _ => await StopApiServerAsync(),
        };
        faults[fault] = faults.GetValueOrDefault(fault) + 1;
        observer.Write(new Fault(fault, begin, Observer.Now(), IsOfRedis: what is 8 or 9 or 10, LosesData: false));
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
        parts.Clear();
    }

    private async Task<string> KillAsync(string name)
    {
        parts[name].Dispose();
        await PauseAsync(2000);
        parts[name] = await starts[name]();
        return "kill -9 of " + name.Split(' ')[0];
    }

    private async Task<string> StopAsync(string name)
    {
        parts[name].Signal("STOP");
        await PauseAsync(4000);
        parts[name].Signal("CONT");
        return "stop of " + name.Split(' ')[0];
    }

    private async Task<string> StopRedisAsync()
    {
        cluster.Redis.Stop();
        await PauseAsync(3000);
        cluster.Redis.Continue();
        return "stop of Redis";
    }

    private async Task<string> LoseRedisAsync()
    {
        const string name = "Redis lost with all it had";
        var begin = Observer.Now();
        cluster.Redis.Kill();
        cluster.Redis.Forget();
        observer.Write(new Fault(name, begin, Observer.Now(), IsOfRedis: true, LosesData: true));
        await PauseAsync(1000);
        await cluster.Redis.RestartAsync();
        return name;
    }

    private async Task<string> KillRedisAsync()
    {
        cluster.Redis.Kill();
        await PauseAsync(1000);
        await cluster.Redis.RestartAsync();
        return "kill -9 of Redis, which keeps its data";
    }

    private async Task<string> KillApiServerAsync()
    {
        cluster.Control.KillApiServer();
        await PauseAsync(1500);
        await cluster.Control.RestartApiServerAsync();
        return "kill -9 of the API server";
    }

    private async Task<string> StopApiServerAsync()
    {
        cluster.Control.PauseApiServer();
        await PauseAsync(3000);
        cluster.Control.ResumeApiServer();
        return "stop of the API server";
    }

    private string Any() => starts.Keys.ElementAt(random.Next(starts.Count));

    private Task PauseAsync(int most) => Task.Delay(random.Next(most));
}
