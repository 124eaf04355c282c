using System.Text.Json;
using System.Text.Json.Serialization;
using HttpSd.Core;
using Spectre.Console;

namespace HttpSd.Cli.Check;

/// <summary>Prints what <c>check</c> found, for people and for programs.</summary>
internal static class CheckReport
{
    // The lines have the width that they need; the console must not break them again.
    private const int NoLimit = 1_000_000;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    // A script may print all it has to say as one line; JSON has it whole.
    private const int LongestLine = 1000;

    /// <summary><c>{"generators":[...],"warnings":[...],"failed":N}</c>.</summary>
    public static async Task WriteJsonAsync(IReadOnlyList<CheckResult> results, IReadOnlyList<string> warnings, TextWriter writer) =>
        await writer.WriteLineAsync(JsonSerializer.Serialize(
            new { generators = results, warnings, failed = results.Count(r => r.Outcome != "success") }, Json));

    /// <summary>A table, then the tracebacks by path, then the sum.</summary>
    /// <param name="results">What came of each generator.</param>
    /// <param name="warnings">Of the files.</param>
    /// <param name="writer">Where to.</param>
    /// <param name="width">The terminal's; null: not a terminal.</param>
    public static void WriteTable(IReadOnlyList<CheckResult> results, IReadOnlyList<string> warnings, TextWriter writer, int? width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = width is null ? AnsiSupport.No : AnsiSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        console.Profile.Width = NoLimit;
        if (results.Count > 0)
        {
            new CheckTable(console, width).Write(results);
            writer.WriteLine();
        }
        foreach (var r in results.Where(r => r.Error is { Traceback.Length: > 0 }))
            writer.WriteLine($"{VisibleText.Of(r.Path)}:\n{Bounded(VisibleText.Lines(r.Error!.Traceback).TrimEnd())}\n");
        foreach (var warning in warnings)
            writer.WriteLine("warning: " + VisibleText.Of(warning));
        var failed = results.Count(r => r.Outcome != "success");
        var targets = results.Sum(r => r.Targets ?? 0);
        writer.WriteLine(results.Count == 0
            ? "Nothing to check: no generator found."
            : $"{results.Count - failed} of {results.Count} good, {targets} {(targets == 1 ? "target" : "targets")}.");
    }

    private static string Bounded(string text) => string.Join('\n', text.Split('\n').Select(line => line.Length <= LongestLine
        ? line
        : $"{line[..LongestLine]}... ({line.Length - LongestLine} more characters)"));
}
