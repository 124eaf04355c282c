using System.Globalization;
using System.Text.RegularExpressions;
using HttpSd.Core;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.SdServer;
using HttpSd.Worker;

namespace HttpSd.Cli.Tests.Docs;

public sealed partial class SettingsPageTests
{
    // What the page says in words, because it is another one on each machine.
    private static readonly string[] Described = ["Worker:Id"];

    [Fact]
    public async Task The_page_of_settings_has_every_setting_with_its_default()
    {
        var page = await File.ReadAllLinesAsync(Path.Combine(ServedSamples.Root(), "docs", "settings.md"));

        Rows(page).Should().BeEquivalentTo(
        [
            .. Defaults("Server", new ServerOptions()),
            .. Defaults("Worker", new WorkerOptions()),
            .. Defaults("Redis", new RedisOptions()),
            .. Defaults("Queue", new QueueOptions()),
        ]);
    }

    private static IEnumerable<string> Rows(string[] page)
    {
        var section = "";
        foreach (var line in page)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            else if (Row().Match(line) is { Success: true } row)
                yield return Row(section + ":" + row.Groups[1].Value, row.Groups[2].Value.Trim('`'));
        }
    }

    private static IEnumerable<string> Defaults(string section, object options) =>
        options.GetType().GetProperties().Where(p => p.CanWrite)
            .Select(p => Row(section + ":" + p.Name, Text(p.GetValue(options))));

    private static string Row(string name, string value) => Described.Contains(name) ? name : $"{name} = {value}";

    private static string Text(object? value) => value switch
    {
        TimeSpan duration => GoDuration.Format(duration),
        IEnumerable<string> list => string.Join(',', list),
        "" => "none",
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant(),
    };

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+?) \|")]
    private static partial Regex Row();
}
