using System.Text.Json;

namespace HttpSd.Redis.Definitions;

/// <summary>All that is stored at one moment.</summary>
/// <param name="Known">What this build can read.</param>
/// <param name="Unknown">What it can't, and has to leave alone.</param>
public sealed record StoredSet(IReadOnlyList<PublishedDefinition> Known, IReadOnlyList<UnknownDefinition> Unknown);

/// <summary>A definition of a schema that this build doesn't know, such as a newer one's.</summary>
/// <param name="Path">Where it is stored.</param>
/// <param name="Name">Of its object, as far as that can be told; else empty.</param>
/// <param name="Uid">Likewise.</param>
/// <param name="Problem">Why it can't be read, in words.</param>
public sealed record UnknownDefinition(string Path, string Name, string Uid, string Problem)
{
    internal static UnknownDefinition Read(string path, string stored, string problem)
    {
        try
        {
            using var json = JsonDocument.Parse(stored[(stored.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
            return new UnknownDefinition(path, Text(json.RootElement, "name"), Text(json.RootElement, "uid"), problem);
        }
        catch (JsonException)
        {
            return new UnknownDefinition(path, "", "", problem);
        }
    }

    private static string Text(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()! : "";
}

/// <summary>What publishing or removing one definition came to.</summary>
/// <param name="Revision">Of the definition, or of its removal.</param>
/// <param name="Changed">False: it was so already.</param>
/// <param name="Before">The revision of the whole set before; lower than one seen earlier: Redis has come back with an older state.</param>
public readonly record struct DefinitionWrite(long Revision, bool Changed, long Before)
{
    /// <summary>The pool that the definition has left; null when it is in the same, or new.</summary>
    public string? LeftPool { get; init; }
}
