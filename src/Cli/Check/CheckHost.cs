using System.Text;
using HttpSd.Cli.Commands;
using HttpSd.Cli.Serve;
using HttpSd.Cli.Sources;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Runs;
using HttpSd.Core.Targets;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.SdServer;
using HttpSd.ServiceDefaults;
using HttpSd.Worker;
using HttpSd.Worker.Runner;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HttpSd.Cli.Check;

/// <summary>Runs every generator once with the worker's own runner and validator.</summary>
internal static class CheckHost
{
    private const int AtOnce = 4;

    /// <summary>0 when everything is good; 1 on any failure, or when there was nothing to check.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> paths, CheckOutput output, IReadOnlyList<string> settings, TextWriter writer, CancellationToken cancellationToken)
    {
        var options = Options(settings);
        var snapshot = GeneratorSources.Load(paths, options.ListLimits);
        var results = snapshot.Problems
            .Where(p => p.Severity == SourceSeverity.Error)
            .Select(p => new CheckResult(
                p.File, "invalid", null, null, null, [], new RunFailure("InvalidManifest", p.ToString(), ""), ""))
            .ToList();
        var warnings = snapshot.Problems.Where(p => p.Severity == SourceSeverity.Warning).Select(p => p.ToString()).ToList();

        await using var process = RunnerProcess.Start(
            RunnerCommand.ForThisProgram("runner"), options.RunnerOptions with { ReadPaths = ServeDefaults.ReadPaths(options, paths) }, options.RunnerUser, NullLogger<RunnerProcess>.Instance);
        await using var runner = new RunnerClient(process.SocketPath, new RunnerClientOptions { MaxResultBytes = options.MaxResultBytes });
        var ran = new CheckResult[snapshot.Generators.Count];
        await Parallel.ForAsync(
            0,
            ran.Length,
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (i, stop) => ran[i] = await CheckAsync(snapshot.Generators[i], runner, options.ListLimits, stop));
        results.AddRange(ran);

        if (output == CheckOutput.Json)
            await CheckReport.WriteJsonAsync(results, warnings, writer);
        else
            CheckReport.WriteTable(results, warnings, writer, Console.IsOutputRedirected ? null : Console.WindowWidth);
        return results.Count > 0 && results.All(r => r.Outcome == "success") ? 0 : 1;
    }

    private static async Task<CheckResult> CheckAsync(
        GeneratorScript script, RunnerClient runner, TargetListLimits limits, CancellationToken cancellationToken)
    {
        var path = script.Definition.Path;
        if (script.Definition.Runtime == GeneratorRuntime.Static)
            return Of(path, TargetListBuilder.Build(Encoding.UTF8.GetBytes(script.Script), limits), null, "");
        var key = ParameterRules.Resolve(script.Definition, []).Key ?? new RequestKey(path, []);
        var report = await runner.RunAsync(
            new ScriptRun(Guid.NewGuid().ToString("n"), script, key.Parameters.ToDictionary(p => p.Key, p => p.Value), Check: true),
            cancellationToken);
        return report.Outcome == RunOutcome.Success
            ? Of(path, TargetListBuilder.Build(report.Output.Span, limits), report.Duration.TotalSeconds, report.LogTail)
            : new CheckResult(
                path, report.Outcome == RunOutcome.Timeout ? "timeout" : "error", null, null, report.Duration.TotalSeconds, [],
                report.Failure, report.LogTail);
    }

    private static CheckResult Of(string path, TargetListResult built, double? seconds, string log) =>
        built.List is { } list
            ? new CheckResult(path, "success", list.GroupCount, list.TargetCount, seconds, list.Warnings, null, log)
            : new CheckResult(path, "error", null, null, seconds, [], built.Failure, log);

    private static WorkerOptions Options(IReadOnlyList<string> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(Configured.Read(settings));
        services.AddSettings<WorkerOptions>("Worker");
        // Of no use here, but what serve would refuse is refused.
        services.AddSettings<ServerOptions>("Server");
        services.AddSettings<RedisOptions>("Redis");
        services.AddSettings<QueueOptions>("Queue");
        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IStartupValidator>().Validate();
        return provider.GetRequiredService<IOptions<WorkerOptions>>().Value;
    }
}
