using HttpSd.ServiceDefaults;
using HttpSd.Worker;
using Microsoft.Extensions.Configuration.Memory;

namespace HttpSd.Cli.Serve;

/// <summary>
/// What differs from a process in a cluster: only this machine is let in, and nobody waits for a load balancer.
/// The weakest source of settings, so that the environment, too, can say otherwise.
/// </summary>
internal static class ServeDefaults
{
    public const string Urls = "http://127.0.0.1:8080";

    public const string MetricsUrls = "http://127.0.0.1:8081";

    public const int Workers = 4;

    /// <summary>In the environment of scripts: where this server is, for those that read its lists.</summary>
    public const string UrlVariable = "HTTPSD_URL";

    /// <summary>Prepares a process of <c>serve</c>.</summary>
    /// <param name="builder">The process.</param>
    /// <param name="metricsUrls">Where metrics go when nobody chose; asked only then.</param>
    /// <param name="paths">What is served; scripts may read its folders.</param>
    public static void Configure(WebApplicationBuilder builder, Func<string> metricsUrls, IReadOnlyList<string> paths)
    {
        builder.Logging.UsePlainConsole();
        var values = new Dictionary<string, string?>
        {
            ["Server:Urls"] = Urls,
            ["Server:DrainDelay"] = "0s",
            ["Worker:Urls"] = builder.Configuration["Worker:Urls"] ?? metricsUrls(),
            ["Worker:Concurrency"] = $"{Workers}",
        };
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = values });

        // The publisher is the server's, the limits of lists are the worker's.
        var worker = Settings.Read<WorkerOptions>(builder.Configuration, "Worker");
        builder.Services.AddSingleton(worker.ListLimits);
        // Beside what the user lets pass, not instead of it.
        builder.Configuration.AddInMemoryCollection(
        [
            new("Worker:PassEnvironment", string.Join(',', [.. worker.PassEnvironment, UrlVariable])),
            new("Worker:ReadPaths", string.Join(',', ReadPaths(worker, paths))),
        ]);
    }

    /// <summary>What scripts may read: what the settings say, and the folders that they themselves are in.</summary>
    public static IReadOnlyList<string> ReadPaths(WorkerOptions worker, IReadOnlyList<string> paths) =>
        [.. worker.ReadPaths, .. paths.Where(Directory.Exists).Select(Path.GetFullPath).Where(path => !path.Contains(',', StringComparison.Ordinal))];
}
