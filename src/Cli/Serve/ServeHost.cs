using HttpSd.Cli.Commands;
using HttpSd.Cli.Embedded;
using HttpSd.Cli.Sources;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer;
using HttpSd.Worker;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace HttpSd.Cli.Serve;

/// <summary>
/// The whole system in one process and a runner beside it: store, SD server, worker, and a publisher that
/// follows files.
/// </summary>
internal static class ServeHost
{
    // More than a terminal keeps is of no use.
    private const int MostPathsShown = 1000;

    /// <summary>Runs until SIGTERM or Ctrl-C; the exit code.</summary>
    public static async Task<int> RunAsync(ServeOptions options, TextWriter output)
    {
        // 1. The store, and the proof that it can be trusted.
        var configured = Configured.Read(options.Settings);
        var chosen = configured["Redis:Url"];
        var password = chosen is null ? StorePassword.Find(configured["Redis:Password"]) : null;
        using var embedded = password is null ? null : EmbeddedStore.Start(password: password.Value);
        if (embedded is not null && await AtomicityCheck.CountLostAsync(embedded.Url) is > 0 and var lost)
        {
            await output.WriteLineAsync($"error: the embedded store's scripts are not atomic: {lost} updates were lost");
            return 1;
        }

        // 2. Server and worker, each with its own services.
        string[] settings = [.. options.Settings.Select(s => "--" + s), .. embedded is null ? [] : new[] { "--Redis:Url=" + embedded.Url, "--Redis:User=", "--Redis:Password=" }];
        await using var server = SdServerApp.Create(settings, b => ServeDefaults.Configure(b, () => ServeDefaults.MetricsUrls, options.Paths));
        await using var worker = WorkerApp.Create(settings, b =>
        {
            ServeDefaults.Configure(b, () => MetricsPort.NextFree(ServeDefaults.MetricsUrls, server.Urls, output), options.Paths);
            // The server says the same of the same store.
            b.Logging.AddFilter(typeof(DefinitionWatcher).FullName, LogLevel.None);
        });
        await StartAsync(server, "--urls");
        Environment.SetEnvironmentVariable(ServeDefaults.UrlVariable, Root(server));
        await StartAsync(worker, "--metrics-urls");

        // 3. The files' definitions, now and whenever they change.
        using var stop = new CancellationTokenSource();
        var workerOptions = worker.Services.GetRequiredService<IOptions<WorkerOptions>>().Value;
        var loop = new PublishLoop(
            new SourceWatcher(options.Paths, workerOptions.ListLimits, TimeProvider.System),
            server.Services.GetRequiredService<DefinitionStore>(),
            server.Services.GetRequiredService<DefinitionPublisher>(),
            new PublisherHold(server.Services.GetRequiredService<RedisConnection>(), $"httpsd {Environment.ProcessId} on {Environment.MachineName}"),
            workerOptions.Pool,
            server.Services.GetRequiredService<ILogger<PublishLoop>>());
        var publishing = loop.RunAsync(stop.Token);
        var stopping = new TaskCompletionSource();
        using var onStop = server.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        using var onWorkerStop = worker.Lifetime.ApplicationStopping.Register(() => stopping.TrySetResult());
        if (await Task.WhenAny(loop.FirstPublication, stopping.Task, publishing) == loop.FirstPublication)
        {
            var store = embedded is null
                ? $"store: {RedisUrl.Redact(RedisUrl.Parse(chosen!))}"
                : $"embedded store: {password!.Shell}redis-cli -p {embedded.Port}";
            await AnnounceAsync(store, server, worker, output);
        }

        // 4. Until told to stop: no more changes, then the worker ends its runs, then the server goes.
        await Task.WhenAny(stopping.Task, publishing);
        await stop.CancelAsync();
        await publishing;
        await worker.StopAsync();
        await server.StopAsync();
        return 0;
    }

    private static async Task StartAsync(WebApplication app, string option)
    {
        try
        {
            await app.StartAsync();
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            throw new IOException($"{e.Message.TrimEnd('.')} ({option} chooses another)", e);
        }
    }

    private static async Task AnnounceAsync(string store, WebApplication server, WebApplication worker, TextWriter output)
    {
        var watcher = server.Services.GetRequiredService<DefinitionWatcher>();
        await watcher.RefreshAsync(CancellationToken.None);
        var root = Root(server);
        foreach (var definition in watcher.Table.All.Take(MostPathsShown))
            await output.WriteLineAsync($"  {root}/targets/{definition.Definition.Path}");
        if (watcher.Table.Count > MostPathsShown)
            await output.WriteLineAsync($"  and {watcher.Table.Count - MostPathsShown} more paths, which {root}/ shows");
        await output.WriteLineAsync($"  worker metrics: {Reachable(worker)}/metrics");
        await output.WriteLineAsync($"  {store}");
        await output.WriteLineAsync($"ready: {watcher.Table.Count} paths");
    }

    private static string Root(WebApplication server)
    {
        var prefix = server.Services.GetRequiredService<IOptions<ServerOptions>>().Value.PathPrefix.Trim('/');
        return Reachable(server) + (prefix.Length > 0 ? "/" + prefix : "");
    }

    // "Every address" is a place to listen, not one to go to.
    private static string Reachable(WebApplication app)
    {
        var bound = BindingAddress.Parse(app.Urls.First());
        return bound.Host is "+" or "*" or "0.0.0.0" or "[::]" ? $"{bound.Scheme}://127.0.0.1:{bound.Port}" : bound.ToString().TrimEnd('/');
    }
}
