using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace HttpSd.Operator.Tests;

internal static class Files
{
    // Beside the source, not the binary: nothing of it is copied anywhere.
    private static readonly string Folder = Here();

    public static string Root() => Path.GetFullPath(Path.Combine(Folder, "../.."));

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    public static string Golden => Path.Combine(Root(), "tests/Operator.Tests/Reconcile/Golden");

    /// <summary>Compares with the file, or writes it when UPDATE_GOLDEN=1.</summary>
    public static void Compare(string file, string actual)
    {
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, actual);
        (File.Exists(file) ? File.ReadAllText(file) : "").Should().Be(actual, $"{file} is what the code says; UPDATE_GOLDEN=1 rewrites it");
    }

    public static IReadOnlyList<JsonNode> Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => Json(d.RootNode)!)];
    }

    private static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Json(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
        YamlScalarNode scalar => scalar.Value,
        _ => null,
    };

    private static JsonNode? Plain(string text)
    {
        if (text is "" or "~" or "null")
            return null;
        if (bool.TryParse(text, out var flag))
            return flag;
        return char.IsAsciiDigit(text[^1]) && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? JsonNode.Parse(number.ToString(System.Globalization.CultureInfo.InvariantCulture))
            : text;
    }

    public static JsonElement Element(JsonNode node) => JsonDocument.Parse(node.ToJsonString()).RootElement;
}
