using System.Diagnostics;
using System.Text.RegularExpressions;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>The blocks of docs/recipes that are Prometheus' configuration, judged by its own tool.</summary>
public sealed partial class RecipesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-recipes-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("prometheus.md", 5)]
    [InlineData("vmagent.md", 1)]
    public async Task Prometheus_takes_every_configuration_of_a_recipe(string page, int count)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(ServedSamples.Root(), "docs", "recipes", page));
        var blocks = Block().Matches(text).ToList();

        blocks.Should().HaveCount(count);
        foreach (var block in blocks)
        {
            // Of a list of jobs alone the rest is what the Prometheus Operator puts around it.
            var config = block.Groups[2].Value;
            if (block.Groups[1].Value == "prometheus-jobs")
                config = "scrape_configs:\n" + config;
            (await CheckAsync(config)).Should().Be((0, ""), config);
        }
    }

    [Fact]
    public async Task A_configuration_with_a_mistake_is_refused() =>
        (await CheckAsync("scrape_configs:\n  - job_name: x\n    http_sd_configs:\n      - uri: http://x\n")).ExitCode.Should().Be(1);

    private async Task<(int ExitCode, string Error)> CheckAsync(string config)
    {
        // The files that a recipe names are somebody else's.
        var file = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(file, config.Replace("/etc/prometheus/", folder + "/", StringComparison.Ordinal));
        foreach (var name in new[] { "httpsd-token", "httpsd-ca.crt" })
            await File.WriteAllTextAsync(Path.Combine(folder, name), "");
        var start = new ProcessStartInfo("promtool", ["check", "config", file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        var error = promtool.StandardError.ReadToEndAsync();
        await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return (promtool.ExitCode, await error);
    }

    [GeneratedRegex("^```yaml (prometheus(?:-jobs)?)\n(.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
