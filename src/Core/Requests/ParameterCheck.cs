using HttpSd.Core.Definitions;

namespace HttpSd.Core.Requests;

/// <summary>One value against what its parameter allows.</summary>
internal static class ParameterCheck
{
    /// <summary>Why the value is not allowed, naming the parameter; null when it is.</summary>
    public static string? Problem(ParameterDefinition parameter, string value)
    {
        if (parameter.Enum is { Count: > 0 } allowed && !allowed.Contains(value))
            return $"parameter '{parameter.Name}' is '{Excerpt.Of(value)}', allowed are {Listed(allowed)}";
        if (parameter.Pattern is null)
            return null;

        return ParameterPattern.Of(parameter).Matches(value) switch
        {
            true => null,
            false => $"parameter '{parameter.Name}' is '{Excerpt.Of(value)}', which does not match {Excerpt.Of(parameter.Pattern)}",
            null => $"parameter '{parameter.Name}' can't be checked against its pattern {Excerpt.Of(parameter.Pattern)}",
        };
    }

    /// <summary>Why a name with its value is not allowed whatever is declared; null when it is.</summary>
    /// <remarks>
    /// A NUL can't stand in an environment variable, where exec scripts find their parameters; the others are never
    /// meant, and break lines in logs.
    /// </remarks>
    public static string? ControlCharacter(string name, string value) =>
        name.Concat(value).FirstOrDefault(char.IsControl, 'x') is var c && char.IsControl(c)
            ? $"parameter '{Excerpt.Of(name)}' has a control character (U+{(int)c:X4})"
            : null;

    private static string Listed(IReadOnlyList<string> allowed)
    {
        const int shown = 20;
        var words = string.Join(", ", allowed.Take(shown).Select(Excerpt.Of));
        return allowed.Count > shown ? $"{words} and {allowed.Count - shown} more" : words;
    }
}
