using System.CommandLine;
using HttpSd.Cli.Serve;
using HttpSd.Redis.Connection;

namespace HttpSd.Cli.Commands;

internal static class ServeCommand
{
    public static Command Build()
    {
        var paths = Verbs.PathsArgument(
            "Files and folders of TargetGenerator manifests, or a folder of generator scripts and lists (.py, .json, .yaml) "
                + "whose place is their path. Names that begin with _ or . are ignored, other files are warned of. Watched.");
        var redis = new Option<string?>("--redis")
        {
            Description = "A Redis to use instead of the embedded store: redis://[user:password@]host[:port][/db].",
            HelpName = "URL",
        };
        redis.Validators.Add(result =>
        {
            try
            {
                RedisUrl.Parse(result.Tokens[0].Value);
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                result.AddError("--redis: " + e.Message);
            }
        });
        var urls = new Option<string>("--urls")
        {
            Description = "Where the SD server listens.",
            HelpName = "URL",
            DefaultValueFactory = _ => ServeDefaults.Urls,
        };
        var metrics = new Option<string>("--metrics-urls")
        {
            Description = "Where the worker's health and metrics are; when not given and the port is taken, the next free one.",
            HelpName = "URL",
            DefaultValueFactory = _ => ServeDefaults.MetricsUrls,
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Runs at one time, 1 to 256.",
            HelpName = "N",
            DefaultValueFactory = _ => ServeDefaults.Workers,
        };
        workers.Validators.Add(result =>
        {
            if (result.Tokens is [var n] && (!int.TryParse(n.Value, out var number) || number is < 1 or > 256))
                result.AddError($"--workers is {n.Value}, but must be from 1 to 256");
        });
        var settings = Verbs.SettingsOption();
        var serve = new Command("serve", "Serve the targets of files and folders: store, server and workers in one process.")
        {
            paths, redis, urls, metrics, workers, settings,
        };
        serve.SetAction(parsed => ServeHost.RunAsync(
            new ServeOptions(
                parsed.GetValue(paths)!,
                [
                    .. Chosen(parsed, redis, "Redis:Url"),
                    .. Chosen(parsed, urls, "Server:Urls"),
                    .. Chosen(parsed, metrics, "Worker:Urls"),
                    .. Chosen(parsed, workers, "Worker:Concurrency"),
                    .. parsed.GetValue(settings) ?? [],
                ]),
            Console.Out));
        return serve;
    }

    private static IEnumerable<string> Chosen<T>(ParseResult parsed, Option<T> option, string setting) =>
        parsed.GetResult(option) is { Implicit: false } ? [$"{setting}={parsed.GetValue(option)}"] : [];
}
