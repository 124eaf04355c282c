using HttpSd.Core.Runs;
using HttpSd.Redis;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.ServiceDefaults;
using HttpSd.Worker.Agent;
using HttpSd.Worker.Runner;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker;

/// <summary>The worker's agent as an application: claim loop, leases, sweeps, health and metrics.</summary>
public static class WorkerApp
{
    // Redis unheard for so long, or a loop that hangs: restart me.
    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    /// <summary>Builds it; the caller runs it.</summary>
    /// <param name="commandLine"><c>--Section:Name=value</c>.</param>
    /// <param name="configure">What the host adds.</param>
    public static WebApplication Create(string[] commandLine, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddHttpSdDefaults(commandLine);
        builder.Services.AddDefinitionWatcher();
        builder.Services.AddSettings<WorkerOptions>("Worker");
        builder.Services.AddSharedSettings<CacheOptions>("Server");
        builder.Services.AddWorker();
        configure?.Invoke(builder);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.AddServerHeader = false);
        var app = builder.Build();
        app.Urls.Clear();
        foreach (var url in app.Services.GetRequiredService<IOptions<WorkerOptions>>().Value.Urls.Split(';'))
            app.Urls.Add(url);
        var leases = app.Services.GetRequiredService<LeaseKeeper>();
        var definitions = app.Services.GetRequiredService<DefinitionWatcher>();
        app.MapHttpSdDefaults(
            alive: () => leases.SinceContact < Silence,
            ready: () => definitions.Loaded && leases.SinceContact < TimeSpan.FromMinutes(1));
        return app;
    }

    private static void AddWorker(this IServiceCollection services)
    {
        services.AddSingleton(new Random());
        services.AddSingleton<WorkerMetrics>();
        services.AddSingleton<ScriptCache>();
        services.AddSingleton<JobScripts>();
        services.AddSingleton<RunRecords>();
        services.AddSingleton<Leftovers>();
        services.AddSingleton<IScriptRunner>(StartRunner);
        services.AddSingleton<JobRun>();
        services.AddSingleton<VoidRuns>();
        services.AddSingleton<Shutdown>();
        services.AddSingleton<IValidateOptions<QueueOptions>, LeaseCheck>();
        // Stopped in reverse order: leases are kept until the last run is put back.
        services.AddSingleton<LeaseKeeper>();
        services.AddHostedService(s => s.GetRequiredService<LeaseKeeper>());
        services.AddHostedService<SweepLoop>();
        services.AddHostedService<ClaimLoop>();
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>(
            (host, worker) => host.ShutdownTimeout = worker.Value.ShutdownTimeout);
    }

    private static OwnedRunner StartRunner(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        var client = new RunnerClientOptions { MaxResultBytes = options.MaxResultBytes };
        if (options.RunnerSocket.Length > 0)
            return new OwnedRunner(null, new RunnerClient(options.RunnerSocket, client));
        var process = RunnerProcess.Start(
            RunnerCommand.ForThisProgram("runner"),
            options.RunnerOptions,
            options.RunnerUser,
            services.GetRequiredService<ILogger<RunnerProcess>>());
        return new OwnedRunner(process, new RunnerClient(process.SocketPath, client));
    }

    /// <summary>A client, and the runner process when the worker started it.</summary>
    private sealed class OwnedRunner(RunnerProcess? process, RunnerClient client) : IScriptRunner, IAsyncDisposable
    {
        public Task<ScriptReport> RunAsync(ScriptRun run, CancellationToken cancellationToken) =>
            client.RunAsync(run, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            if (process is not null)
                await process.DisposeAsync();
        }
    }
}
