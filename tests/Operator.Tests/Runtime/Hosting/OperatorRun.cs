using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Tests.Runtime.Controller;
using HttpSd.ServiceDefaults;
using k8s;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Hosting;

/// <summary>What happened, in order, and how the process was told to end.</summary>
internal sealed class Diary
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public int Code { get; set; }

    public int EndedNow { get; set; }

    public int OnSyncedFailures { get; set; }

    /// <summary>What comes before everything else waits for this.</summary>
    public Func<CancellationToken, Task> First { get; set; } = _ => Task.CompletedTask;

    public void Add(string line) => Lines.Enqueue(line);

    public int Count(string line) => Lines.Count(l => l == line);
}

/// <summary>A whole operator in a host, with a reflector and a controller that the test plays.</summary>
internal sealed class OperatorRun : IAsyncDisposable
{
    private readonly k8s.Kubernetes kubernetes;
    private readonly IHost host;

    public OperatorRun(ScriptedApiServer server, FakeTimeProvider time, string name = "one")
    {
        kubernetes = server.Connect(name);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IKubernetes>(kubernetes);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton(Diary);
        builder.Services.AddSingleton(Script);
        builder.Services.AddSingleton(new ProcessEnd(c => Diary.Code = c, c => Diary.EndedNow = c));
        builder.Services
            .AddKubernetesOperator(o =>
            {
                o.Name = "op";
                o.LeaderElectionType = LeaderElectionType.Single;
                o.LeaderElectionNamespace = "ns";
            })
            .AddReflector(s => s.GetRequiredService<PlayedReflector>())
            .AddController<ScriptedController, Widget>(o => o.Name = "widget")
            .AddOnSynced<NotedFirst>()
            .AddLeaderTask<NotedTask>();
        builder.Services.AddSingleton<PlayedReflector>();
        host = builder.Build();
        Script.Reconcile = (w, _) =>
        {
            Diary.Add("reconcile");
            return Task.FromResult(ReconciliationResult<Widget>.Success(w));
        };
    }

    public Diary Diary { get; } = new();

    public ControllerScript Script { get; } = new();

    public PlayedReflector Reflector => Get<PlayedReflector>();

    public OperatorHealth Health => Get<OperatorHealth>();

    public EntityStore<Widget> Store => Get<EntityStore<Widget>>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public Task StartAsync() => host.StartAsync();

    public Task StopAsync() => host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        host.Dispose();
        kubernetes.Dispose();
        await Task.CompletedTask;
    }

    private sealed class NotedFirst(Diary diary) : IOnSynced
    {
        public Task RunAsync(CancellationToken cancellationToken)
        {
            diary.Add("first");
            return diary.OnSyncedFailures-- > 0 ? throw new IOException("not yet") : diary.First(cancellationToken);
        }
    }

    private sealed class NotedTask(Diary diary) : ILeaderTask
    {
        public async Task RunAsync(CancellationToken cancellationToken)
        {
            diary.Add("task");
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                diary.Add("task ended");
            }
        }
    }
}

/// <summary>A reflector that is synced when the test says so.</summary>
internal sealed class PlayedReflector(Diary diary) : IReflector
{
    public string Name => "widgets";

    public bool Synced { get; set; }

    public string? Trouble { get; set; }

    public bool Alive { get; set; } = true;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        diary.Add("reading");
        await Task.Delay(Timeout.Infinite, cancellationToken).ContinueWith(_ => { }, TaskScheduler.Default);
        diary.Add("reading ended");
    }
}
