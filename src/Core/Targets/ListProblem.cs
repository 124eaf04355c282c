namespace HttpSd.Core.Targets;

/// <summary>What makes a list invalid.</summary>
/// <param name="Place">The element, such as <c>[3].labels.idx</c>; empty for the list as a whole.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record ListProblem(string Place, string Message)
{
    /// <summary>Place and message in one line.</summary>
    public override string ToString() => Place.Length == 0 ? Message : $"{Place}: {Message}";
}
