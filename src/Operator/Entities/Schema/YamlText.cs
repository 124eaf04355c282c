using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HttpSd.Operator.Entities.Schema;

/// <summary>Writes JSON as YAML that a person likes to read: block style, long text folded, in the order given.</summary>
internal static partial class YamlText
{
    private const int Width = 110;

    public static string Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode node, int indent)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map)
            {
                text.Append(' ', indent).Append(Scalar(name)).Append(':');
                WriteValue(text, value, indent);
            }
        }
        else
        {
            foreach (var item in node.AsArray())
                WriteItem(text, item, indent);
        }
    }

    private static void WriteItem(StringBuilder text, JsonNode? item, int indent)
    {
        text.Append(' ', indent).Append('-');
        if (item is not JsonObject { Count: > 0 })
        {
            WriteValue(text, item, indent);
            return;
        }

        // The first field goes beside the dash.
        var start = text.Length;
        Write(text, item, indent + 2);
        text.Remove(start, indent + 1);
    }

    private static void WriteValue(StringBuilder text, JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } or JsonArray { Count: > 0 }:
                text.Append('\n');
                Write(text, value, indent + 2);
                break;
            case JsonObject:
                text.Append(" {}\n");
                break;
            case JsonArray:
                text.Append(" []\n");
                break;
            case null:
                text.Append(" null\n");
                break;
            default:
                WriteScalar(text, value, indent);
                break;
        }
    }

    private static void WriteScalar(StringBuilder text, JsonNode value, int indent)
    {
        if (value.GetValueKind() != JsonValueKind.String)
            text.Append(' ').Append(value.ToJsonString()).Append('\n');
        else if (value.GetValue<string>() is var words && words.Contains('\n', StringComparison.Ordinal) && !words.StartsWith(' '))
            WriteLiteral(text, words, indent + 2);
        else if (indent + words.Length > Width && Foldable().IsMatch(words))
            WriteFolded(text, words, indent + 2);
        else
            text.Append(' ').Append(Scalar(words)).Append('\n');
    }

    private static void WriteLiteral(StringBuilder text, string words, int indent)
    {
        var trimmed = words.TrimEnd('\n');
        text.Append(' ').Append((words.Length - trimmed.Length) switch { 0 => "|-", 1 => "|", _ => "|+" }).Append('\n');
        foreach (var line in (words.Length - trimmed.Length > 1 ? words[..^1] : trimmed).Split('\n'))
            text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
    }

    private static void WriteFolded(StringBuilder text, string words, int indent)
    {
        text.Append(" >-\n").Append(' ', indent);
        var column = indent;
        foreach (var (i, word) in words.Split(' ').Index())
        {
            if (i > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n').Append(' ', indent);
                column = indent;
            }
            else if (i > 0)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
        }
        text.Append('\n');
    }

    private static string Scalar(string text) =>
        // The last are no strings to readers of YAML 1.1, which kubectl's is.
        Plain().IsMatch(text) && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "NULL" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N")
            ? text
            : text.Any(char.IsControl) ? JsonSerializer.Serialize(text)
            : "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'";

    // No number, no indicator at the start, and nothing that ends a plain scalar.
    [GeneratedRegex(@"\A[A-Za-z_/]([A-Za-z0-9_/.()<>=+;^$%|?-]|,(?= )| (?=[A-Za-z0-9_/(.'-])|'|:(?=[^ ]))*\z")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\A[^\s](?!.*[ ]{2})[^\p{Cc}]*[^\s]\z")]
    private static partial Regex Foldable();
}
