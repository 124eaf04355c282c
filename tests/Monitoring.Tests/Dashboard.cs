using System.Text.Json;

namespace HttpSd.Monitoring.Tests;

/// <summary>One query of the chart's dashboard.</summary>
/// <param name="Panel">The title of its panel, with the row's.</param>
/// <param name="Expression">As Grafana has it, variables included.</param>
/// <param name="DataSource">The uid of its data source.</param>
internal sealed record DashboardQuery(string Panel, string Expression, string? DataSource)
{
    public static string File { get; } = Path.Combine(Programs.Root, "charts", "httpsd", "files", "dashboard.json");

    /// <summary>As Grafana would send it for everything, over a short time.</summary>
    public string Substituted => Expression.Replace("$__rate_interval", "20s").Replace("$namespace", ".*");

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
                $"{row}/{title}", t.GetProperty("expr").GetString()!, t.GetProperty("datasource").GetProperty("uid").GetString())));
        }
        return queries;
    }
}
