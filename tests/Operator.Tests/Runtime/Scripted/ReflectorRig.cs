using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using HttpSd.ServiceDefaults;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

/// <summary>A server, a client and the reflectors of one type, with limits short enough for tests.</summary>
internal sealed class ReflectorRig<TEntity> : IAsyncDisposable
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    public static readonly ReflectorOptions Quick = new()
    {
        FirstBackoff = TimeSpan.FromMilliseconds(10),
        MaxBackoff = TimeSpan.FromMilliseconds(50),
        MaxSlowBackoff = TimeSpan.FromSeconds(2),
        ShortWatch = TimeSpan.FromMilliseconds(20),
    };

    private readonly ProcessMetrics metrics = new();
    private readonly CancellationTokenSource stop = new();
    private readonly k8s.Kubernetes kubernetes;
    private readonly List<Task> running = [];

    private ReflectorRig(
        ScriptedApi api, ReflectorOptions options, KubernetesClientConfiguration configuration, KubernetesOptions client, string[] namespaces,
        Action<TEntity>? transform = null, bool large = false)
    {
        Api = api;
        var jitter = new Jitter(new Random(1));
        kubernetes = new KubernetesFactory(client, new ClientMetrics(metrics), TimeProvider.System, jitter).Create(configuration);
        Store.Changed += c => Changes.Enqueue($"{c.Type} {c.Key.Name} {(c.After ?? c.Before)!.Metadata.Uid}@{(c.After ?? c.Before)!.Metadata.ResourceVersion}");
        Reflectors = new ReflectorFactory(
            new ApiRequests(kubernetes, TimeProvider.System), new ReflectorMetrics(metrics), options, TimeProvider.System, jitter,
            NullLoggerFactory.Instance).Create(Store, namespaces, transform: transform, large: large);
    }

    public ScriptedApi Api { get; }

    public EntityStore<TEntity> Store { get; } = new();

    public ConcurrentQueue<string> Changes { get; } = [];

    public IReadOnlyList<Reflector<TEntity>> Reflectors { get; }

    public Reflector<TEntity> Reflector => Reflectors[0];

    public IEnumerable<string> Known =>
        Store.All.Select(e => $"{e.Metadata.Name}@{e.Metadata.ResourceVersion}").Order(StringComparer.Ordinal);

    public static async Task<ReflectorRig<TEntity>> StartAsync(
        Func<ScriptedApi, Task>? script = null, ReflectorOptions? options = null, params string[] namespaces)
    {
        var api = await ScriptedApi.StartAsync();
        await (script ?? (_ => Task.CompletedTask))(api);
        var rig = new ReflectorRig<TEntity>(
            api, options ?? Quick, new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{api.Port}" }, new KubernetesOptions(), namespaces);
        rig.Run();
        return rig;
    }

    /// <summary>Of a type whose objects are large, and are made small by the test.</summary>
    public static async Task<ReflectorRig<TEntity>> StartLargeAsync(Func<ScriptedApi, Task> script, Action<TEntity> transform)
    {
        var api = await ScriptedApi.StartAsync();
        await script(api);
        var rig = new ReflectorRig<TEntity>(
            api, Quick, new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{api.Port}" }, new KubernetesOptions(), [], transform, large: true);
        rig.Run();
        return rig;
    }

    public static ReflectorRig<TEntity> Over(ScriptedApi api, KubernetesClientConfiguration configuration, KubernetesOptions client)
    {
        var rig = new ReflectorRig<TEntity>(api, Quick, configuration, client, []);
        rig.Run();
        return rig;
    }

    public async Task<double> MetricAsync(string series)
    {
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text);
        var line = System.Text.Encoding.UTF8.GetString(text.ToArray()).Split('\n').Single(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return double.Parse(line[(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public Task<double> RestartsAsync(string reason) =>
        MetricAsync($"httpsd_operator_watch_restarts_total{{resource=\"{Reflector.Name}\",reason=\"{reason}\"}}");

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(TimeSpan.FromSeconds(5));
        Reflectors.Should().OnlyContain(r => !r.Alive);
        kubernetes.Dispose();
        await Api.DisposeAsync();
        stop.Dispose();
    }

    private void Run() => running.AddRange(Reflectors.Select(r => Task.Run(() => r.RunAsync(stop.Token))));
}
