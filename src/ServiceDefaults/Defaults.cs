using HttpSd.Core;
using HttpSd.Redis;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace HttpSd.ServiceDefaults;

/// <summary>What every process of HttpSd has: settings, logs, Redis, metrics, health.</summary>
public static class Defaults
{
    /// <summary>
    /// Settings from files, environment and command line, later wins; JSON logs when nobody looks on;
    /// sections <c>Redis</c> and <c>Queue</c>.
    /// </summary>
    /// <param name="builder">The host.</param>
    /// <param name="commandLine"><c>--Section:Name=value</c>.</param>
    /// <exception cref="FormatException">An argument would be ignored, or the log has no such format.</exception>
    public static IHostApplicationBuilder AddHttpSdDefaults(this IHostApplicationBuilder builder, string[] commandLine)
    {
        ProcessCommandLine.Check(commandLine);
        builder.Configuration.AddEnvironmentVariables(Settings.EnvironmentPrefix).AddCommandLine(commandLine);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // A port that is taken ends in one line of ours, not in the host's stack trace before it.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical);
        AddConsole(builder);
        builder.Services.AddSettings<RedisOptions>("Redis");
        builder.Services.AddSettings<QueueOptions>("Queue");
        builder.Services.AddHttpSdRedis();
        builder.Services.AddSingleton<ProcessMetrics>();
        builder.Services.AddSingleton<QueueGauges>();
        return builder;
    }

    // .NET's own name for it; left out, a person gets lines and a collector gets objects.
    private static void AddConsole(IHostApplicationBuilder builder)
    {
        const string setting = "Logging:Console:FormatterName";
        var format = builder.Configuration[setting];
        if (string.IsNullOrEmpty(format))
            format = Console.IsOutputRedirected ? "json" : "plain";
        if (format == "json")
            builder.Logging.AddJsonConsole(o => o.UseUtcTimestamp = true);
        else if (format == "plain")
            builder.Logging.UsePlainConsole();
        else
            throw new FormatException($"{setting}: '{Excerpt.Of(format)}' is no format of the log; there are json and plain");
    }

    /// <summary><c>/healthz</c>: the process and its loops; <c>/readyz</c>; <c>/metrics</c>.</summary>
    /// <param name="routes">Where to map.</param>
    /// <param name="alive">False fails <c>/healthz</c>.</param>
    /// <param name="ready">False fails <c>/readyz</c>, as the process's stopping does.</param>
    /// <param name="troubles">Lines that <c>/readyz</c> shows below its answer, whichever that is.</param>
    public static void MapHttpSdDefaults(
        this IEndpointRouteBuilder routes, Func<bool> alive, Func<bool> ready, Func<IEnumerable<string>>? troubles = null)
    {
        routes.ServiceProvider.GetRequiredService<QueueGauges>();
        // A load balancer is told to look elsewhere while requests are still answered.
        var stopping = routes.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        routes.MapGet("/healthz", () => Answer(alive()));
        routes.MapGet("/readyz", () => Answer(!stopping.IsCancellationRequested && ready(), troubles?.Invoke()));
        routes.MapMetrics("/metrics", routes.ServiceProvider.GetRequiredService<ProcessMetrics>().Registry);
    }

    private static IResult Answer(bool good, IEnumerable<string>? lines = null) => Results.Text(
        string.Concat((lines ?? []).Prepend(good ? "ok" : "not ready").Select(l => l + "\n")),
        statusCode: good ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
}
