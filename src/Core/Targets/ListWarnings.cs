using System.Globalization;

namespace HttpSd.Core.Targets;

/// <summary>Collects warnings and stays small: a list may have a hundred thousand of the same.</summary>
internal sealed class ListWarnings
{
    private const int Kept = 20;
    private readonly List<string> warnings = [];
    private int more;

    /// <summary>Whether another sentence would be kept; the rest are only counted.</summary>
    public bool HasRoom => warnings.Count < Kept;

    public void Add(string sentence)
    {
        if (HasRoom)
            warnings.Add(sentence);
        else
            more++;
    }

    /// <summary>Counts a warning for which there is no room.</summary>
    public void Skip() => more++;

    public IReadOnlyList<string> ToList() => more == 0
        ? warnings
        : [.. warnings, $"and {more.ToString("N0", CultureInfo.InvariantCulture)} more"];
}
