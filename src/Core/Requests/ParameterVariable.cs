namespace HttpSd.Core.Requests;

/// <summary>The environment variables in which <c>exec</c> scripts find their parameters.</summary>
public static class ParameterVariable
{
    /// <summary><c>HTTPSD_PARAM_</c> and the name in upper case, with <c>_</c> for all that is no ASCII letter or digit.</summary>
    public static string Of(string parameter) =>
        "HTTPSD_PARAM_" + string.Concat(parameter.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>Why names that were asked for can't go together, naming both; null when they can.</summary>
    /// <param name="asked">The names of the request.</param>
    /// <param name="all">These and those of declared defaults.</param>
    internal static string? Collision(IEnumerable<string> asked, IEnumerable<string> all)
    {
        var names = all.ToLookup(Of, StringComparer.Ordinal);
        foreach (var name in asked)
        {
            if (names[Of(name)].FirstOrDefault(other => other != name) is { } other)
                return $"parameters '{Excerpt.Of(name)}' and '{Excerpt.Of(other)}' are one environment variable, {Excerpt.Of(Of(name))}";
        }

        return null;
    }
}
