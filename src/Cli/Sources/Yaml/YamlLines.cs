using System.Globalization;

namespace HttpSd.Cli.Sources.Yaml;

/// <summary>Finds the line that a problem's field stands on.</summary>
internal static class YamlLines
{
    /// <summary>The line of <paramref name="field"/>, or of the nearest thing around it that exists.</summary>
    /// <param name="root">The document.</param>
    /// <param name="field">Such as <c>spec.parameters[1].name</c> or <c>[3].labels.idx</c>.</param>
    public static int Of(YamlNode root, string field)
    {
        var (node, line, rest) = (root, root.Line, field);
        while (rest.Length > 0)
        {
            if (node is YamlMap map && Entry(map, rest.TrimStart('.')) is { } entry)
                (node, line, rest) = (entry.Value, entry.Line, rest.TrimStart('.')[entry.Key.Length..]);
            else if (node is YamlList list && Index(rest) is var (index, length) && index < list.Items.Count)
                (node, line, rest) = (list.Items[index], list.Items[index].Line, rest[length..]);
            else
                break;
        }

        return line;
    }

    // Keys may have dots of their own: the longest that fits is meant.
    private static YamlEntry? Entry(YamlMap map, string rest) => map.Entries
        .Where(entry => entry.Key.Length > 0 && rest.StartsWith(entry.Key, StringComparison.Ordinal)
            && (rest.Length == entry.Key.Length || rest[entry.Key.Length] is '.' or '['))
        .MaxBy(entry => entry.Key.Length);

    private static (int Index, int Length)? Index(string rest)
    {
        var end = rest.IndexOf(']', StringComparison.Ordinal);
        return rest[0] == '[' && end > 0
            && int.TryParse(rest.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? (index, end + 1)
            : null;
    }
}
