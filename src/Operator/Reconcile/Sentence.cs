using HttpSd.Core.Definitions;

namespace HttpSd.Operator.Reconcile;

/// <summary>Messages of conditions and events: bounded, and the same as long as what they tell is the same.</summary>
internal static class Sentence
{
    /// <summary>What Kubernetes takes in an event; conditions keep to it, too.</summary>
    public const int MaxLength = 1024;

    private const int MaxProblems = 5;

    /// <summary>The text, cut where it is too long.</summary>
    public static string Bounded(string text, int max = MaxLength)
    {
        if (text.Length <= max)
            return text;
        var length = char.IsHighSurrogate(text[max - 2]) ? max - 2 : max - 1;
        return text[..length] + "…";
    }

    /// <summary>All problems in one message.</summary>
    public static string Of(IReadOnlyList<FieldProblem> problems)
    {
        var shown = string.Join("; ", problems.Take(MaxProblems).Select(p => Bounded(p.ToString(), MaxLength / (MaxProblems + 1))));
        return problems.Count > MaxProblems ? $"{shown}; and {problems.Count - MaxProblems} more" : shown;
    }
}
