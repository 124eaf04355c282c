using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace HttpSd.Cli.Check;

/// <summary>Prints what <c>check</c> found, for people and for programs.</summary>
internal static class CheckReport
{
    // Wide enough for paths and columns, so that nothing breaks when no terminal says how wide it is.
    private const int PlainWidth = 160;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    /// <summary><c>{"generators":[...],"warnings":[...],"failed":N}</c>.</summary>
    public static async Task WriteJsonAsync(IReadOnlyList<CheckResult> results, IReadOnlyList<string> warnings, TextWriter writer) =>
        await writer.WriteLineAsync(JsonSerializer.Serialize(
            new { generators = results, warnings, failed = results.Count(r => r.Outcome != "success") }, Json));

    /// <summary>A table, with warnings and errors under it by path.</summary>
    public static void WriteTable(IReadOnlyList<CheckResult> results, IReadOnlyList<string> warnings, TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        var table = new Table().Border(TableBorder.Minimal)
            .AddColumns("PATH", "OUTCOME")
            .AddColumn("GROUPS", c => c.RightAligned())
            .AddColumn("TARGETS", c => c.RightAligned())
            .AddColumn("TIME", c => c.RightAligned());
        foreach (var r in results)
        {
            table.AddRow(
                Markup.Escape(r.Path),
                r.Outcome == "success" ? "[green]success[/]" : $"[red]{r.Outcome}[/]",
                Number(r.Groups),
                Number(r.Targets),
                r.Seconds is { } s ? s.ToString("0.000", CultureInfo.InvariantCulture) + " s" : "-");
            foreach (var warning in r.Warnings)
                table.AddRow("  warning: " + Markup.Escape(warning));
            if (r.Error is { } e)
                table.AddRow($"  {Markup.Escape(e.Type)}: {Markup.Escape(e.Message)}");
        }
        console.Write(table);
        foreach (var r in results.Where(r => r.Error is { Traceback.Length: > 0 }))
            writer.WriteLine($"{r.Path}:\n{r.Error!.Traceback.TrimEnd()}\n");
        foreach (var warning in warnings)
            writer.WriteLine("warning: " + warning);
        var failed = results.Count(r => r.Outcome != "success");
        writer.WriteLine(results.Count == 0
            ? "Nothing to check: no generator found."
            : $"{results.Count - failed} of {results.Count} good, {results.Sum(r => r.Targets ?? 0)} targets.");
    }

    private static string Number(int? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "-";
}
