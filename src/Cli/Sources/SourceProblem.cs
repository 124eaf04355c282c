namespace HttpSd.Cli.Sources;

/// <summary>Whether something is left out because of a problem.</summary>
internal enum SourceSeverity
{
    Warning,
    Error,
}

/// <summary>What is wrong with a file.</summary>
/// <param name="File">The file, as the paths given lead to it.</param>
/// <param name="Line">Counted from 1; null for the file as a whole.</param>
/// <param name="Field">The manifest's field, such as <c>spec.timeout</c>.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Severity">Whether something is left out because of it.</param>
internal sealed record SourceProblem(
    string File, int? Line, string? Field, string Message, SourceSeverity Severity = SourceSeverity.Error)
{
    public override string ToString() =>
        $"{File}{(Line is { } line ? $":{line}" : "")}: {(string.IsNullOrEmpty(Field) ? "" : $"{Field}: ")}{Message}";
}
