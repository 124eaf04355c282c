using System.Text.Json;
using System.Text.RegularExpressions;

namespace HttpSd.Monitoring.Tests;

/// <summary>One query of the chart's dashboard.</summary>
/// <param name="Panel">The title of its panel, with the row's.</param>
/// <param name="Expression">As Grafana has it, variables included.</param>
/// <param name="Legend">How a series is called; names labels in double braces.</param>
/// <param name="DataSource">The uid of its data source.</param>
internal sealed partial record DashboardQuery(string Panel, string Expression, string Legend, string? DataSource)
{
    public static string File { get; } = Path.Combine(Programs.Root, "charts", "httpsd", "files", "dashboard.json");

    /// <summary>As Grafana would send it for everything, over a short time.</summary>
    public string Substituted => Expression.Replace("$__rate_interval", "20s").Replace("$namespace", ".*");

    /// <summary>Whether the answer has what is drawn: a number, and the labels of the legend. One line for each series.</summary>
    public bool Suits(IEnumerable<string> series) =>
        series.Any(line => Label().Matches(Legend).All(m => line.Contains($"\"{m.Groups[1].Value}\":", StringComparison.Ordinal)));

    public static JsonElement Read()
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllText(File));
        return json.RootElement.Clone();
    }

    public static IReadOnlyList<DashboardQuery> ReadAll()
    {
        var queries = new List<DashboardQuery>();
        var row = "";
        foreach (var panel in Read().GetProperty("panels").EnumerateArray())
        {
            var title = panel.GetProperty("title").GetString()!;
            if (panel.GetProperty("type").GetString() == "row")
            {
                row = title;
                continue;
            }
            queries.AddRange(panel.GetProperty("targets").EnumerateArray().Select(t => new DashboardQuery(
                $"{row}/{title}",
                t.GetProperty("expr").GetString()!,
                t.GetProperty("legendFormat").GetString()!,
                t.GetProperty("datasource").GetProperty("uid").GetString())));
        }
        return queries;
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Label();
}
