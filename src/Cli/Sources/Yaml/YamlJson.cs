using System.Buffers;
using System.Numerics;
using System.Text;
using System.Text.Json;
using HttpSd.Core;

namespace HttpSd.Cli.Sources.Yaml;

/// <summary>Writes a YAML value as JSON, which is what the readers of manifests and lists take.</summary>
internal static class YamlJson
{
    // Ten lines of aliases can unfold to gigabytes, or go round in a circle.
    private const int MaxBytes = 32 * 1024 * 1024;
    private const int MaxDepth = 60;

    /// <summary>The JSON, or the line and the sentence of what JSON can't say.</summary>
    public static (ReadOnlyMemory<byte> Json, (int Line, string Message)? Problem) Write(YamlNode root)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        var problem = Write(writer, root, 0);
        writer.Flush();
        return problem is null ? (buffer.WrittenMemory, null) : (default, problem);
    }

    private static (int Line, string Message)? Write(Utf8JsonWriter writer, YamlNode node, int depth)
    {
        if (depth > MaxDepth)
            return (node.Line, $"more than {MaxDepth} levels, or an alias to something that it is part of");
        if (writer.BytesCommitted + writer.BytesPending > MaxBytes)
            return (node.Line, "the aliases unfold to more than 32 MiB");

        return node switch
        {
            YamlScalar scalar => WriteScalar(writer, scalar),
            YamlList list => WriteList(writer, list, depth),
            _ => WriteMap(writer, (YamlMap)node, depth),
        };
    }

    private static (int Line, string Message)? WriteList(Utf8JsonWriter writer, YamlList list, int depth)
    {
        writer.WriteStartArray();
        foreach (var item in list.Items)
            if (Write(writer, item, depth + 1) is { } problem)
                return problem;
        writer.WriteEndArray();
        return null;
    }

    private static (int Line, string Message)? WriteMap(Utf8JsonWriter writer, YamlMap map, int depth)
    {
        writer.WriteStartObject();
        foreach (var entry in map.Entries)
        {
            if (!IsUnicode(entry.Key))
                return (entry.Line, "half of a surrogate pair is not valid Unicode");
            writer.WritePropertyName(entry.Key);
            if (Write(writer, entry.Value, depth + 1) is { } problem)
                return problem;
        }

        writer.WriteEndObject();
        return null;
    }

    private static (int Line, string Message)? WriteScalar(Utf8JsonWriter writer, YamlScalar scalar)
    {
        switch (scalar.Plain ? YamlScalars.Resolve(scalar.Text) : scalar.Text)
        {
            case null:
                writer.WriteNullValue();
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case BigInteger integer:
                writer.WriteRawValue(integer.ToString(System.Globalization.CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case double:
                return (scalar.Line, $"{Excerpt.Of(scalar.Text)} is a number that JSON does not have");
            case string text when IsUnicode(text):
                writer.WriteStringValue(text);
                break;
            default:
                return (scalar.Line, "half of a surrogate pair is not valid Unicode");
        }

        return null;
    }

    private static bool IsUnicode(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }
}
