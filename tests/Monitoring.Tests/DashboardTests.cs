namespace HttpSd.Monitoring.Tests;

public sealed class DashboardTests
{
    [Fact]
    public async Task The_dashboard_reads_only_metrics_that_there_are()
    {
        var documented = await MetricNames.DocumentedAsync();

        DashboardQuery.ReadAll().SelectMany(q => MetricNames.Of(q.Expression)).Should().BeSubsetOf(documented).And.Contain("workqueue_depth");
    }

    [Fact]
    public void Every_query_asks_the_data_source_and_the_namespace_that_the_reader_chose()
    {
        var dashboard = DashboardQuery.Read();

        dashboard.GetProperty("templating").GetProperty("list").EnumerateArray().Select(v => v.GetProperty("name").GetString())
            .Should().Equal("datasource", "namespace");
        DashboardQuery.ReadAll().Should().OnlyContain(q =>
            q.DataSource == "${datasource}" && q.Expression.Contains("namespace=~\"$namespace\"", StringComparison.Ordinal));
    }

    [Fact]
    public void It_has_its_rows_and_its_panels_do_not_overlap()
    {
        var panels = DashboardQuery.Read().GetProperty("panels").EnumerateArray().ToList();

        panels.Where(p => p.GetProperty("type").GetString() == "row").Select(p => p.GetProperty("title").GetString())
            .Should().Equal("Overview", "SD endpoint", "Generators", "Workers and queue", "Pools", "Redis", "Operator");
        panels.Select(p => p.GetProperty("id").GetInt32()).Should().OnlyHaveUniqueItems();
        panels.Where(p => p.GetProperty("type").GetString() != "row").Should().OnlyContain(p => p.GetProperty("description").GetString()!.Length > 0);
        var cells = panels.SelectMany(p =>
        {
            int At(string name) => p.GetProperty("gridPos").GetProperty(name).GetInt32();
            return Enumerable.Range(At("x"), At("w")).SelectMany(x => Enumerable.Range(At("y"), At("h")).Select(y => (x, y)));
        }).ToList();
        cells.Should().OnlyHaveUniqueItems().And.OnlyContain(c => c.x < 24);
    }
}
