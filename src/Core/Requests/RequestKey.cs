using System.Text;

namespace HttpSd.Core.Requests;

/// <summary>One thing to be generated: a path with its parameters. Cache, queue and debug find it by <see cref="FullPath"/>.</summary>
/// <param name="Path">The generator's path, see <see cref="GeneratorPath"/>.</param>
/// <param name="Parameters">The decoded parameters, each name once; kept sorted by name.</param>
public sealed record RequestKey(string Path, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private const string Root = "/targets/";

    /// <summary>The longest <see cref="FullPath"/>, in characters, that is accepted.</summary>
    public const int MaxLength = 2048;

    /// <summary>The parameters, sorted ordinally by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Parameters { get; } =
        [.. Parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal)];

    /// <summary>
    /// The canonical text: <c>/targets/path</c>, and <c>?name=value&amp;...</c> when there are parameters, sorted
    /// and percent-encoded, so that neither order nor encoding of a request matter.
    /// </summary>
    public string FullPath { get; } = Write(Path, Parameters);

    /// <summary>The key whose <see cref="FullPath"/> this is.</summary>
    /// <exception cref="FormatException">It does not begin with <c>/targets/</c>.</exception>
    public static RequestKey Parse(string fullPath)
    {
        if (!fullPath.StartsWith(Root, StringComparison.Ordinal))
            throw new FormatException($"'{Excerpt.Of(fullPath)}' does not begin with {Root}");

        var mark = fullPath.IndexOf('?', StringComparison.Ordinal);
        return mark < 0
            ? new RequestKey(fullPath[Root.Length..], [])
            : new RequestKey(fullPath[Root.Length..mark], RequestQuery.Parse(fullPath[mark..]));
    }

    /// <summary>Keys are equal when their <see cref="FullPath"/>s are.</summary>
    public bool Equals(RequestKey? other) => other is not null && FullPath == other.FullPath;

    /// <inheritdoc/>
    public override int GetHashCode() => FullPath.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => FullPath;

    private static string Write(string path, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var text = new StringBuilder(Root).Append(path);
        var separator = '?';
        foreach (var (name, value) in parameters.OrderBy(parameter => parameter.Key, StringComparer.Ordinal))
        {
            text.Append(separator).Append(Uri.EscapeDataString(name)).Append('=').Append(Uri.EscapeDataString(value));
            separator = '&';
        }

        return text.ToString();
    }
}
