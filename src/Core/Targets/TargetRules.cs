namespace HttpSd.Core.Targets;

/// <summary>What a single target, label name and label value must be. The contract's section 4.</summary>
internal static class TargetRules
{
    public static string? TargetProblem(string target)
    {
        if (target.Length == 0)
            return "the target is empty";
        foreach (var c in target)
            if (char.IsWhiteSpace(c) || char.IsControl(c))
                return $"'{Excerpt.Of(target)}' has white space or a control character";
        return null;
    }

    public static bool HasScheme(string target) => target.Contains("://", StringComparison.Ordinal);

    public static string? LabelNameProblem(string name, bool utf8Names)
    {
        if (name.Length == 0)
            return "a label name is empty";
        if (utf8Names)
            return name.Contains('\0', StringComparison.Ordinal) ? "the label name has a NUL character" : null;
        return IsLegacyName(name) ? null : $"'{Excerpt.Of(name)}' is not a label name: [a-zA-Z_][a-zA-Z0-9_]*";
    }

    public static string? LabelValueProblem(string value) =>
        // Older clients write such a value into JSON of their own that nothing can read.
        value.Contains('\0', StringComparison.Ordinal) ? "the value has a NUL character" : null;

    public static bool IsLegacyName(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
            return false;
        foreach (var c in name)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_')
                return false;
        return true;
    }
}
