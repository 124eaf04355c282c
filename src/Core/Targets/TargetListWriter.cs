using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HttpSd.Core.Targets;

/// <summary>Writes groups as the compact JSON that is stored and served.</summary>
internal static class TargetListWriter
{
    private static readonly JsonEncodedText Targets = JsonEncodedText.Encode("targets");
    private static readonly JsonEncodedText Labels = JsonEncodedText.Encode("labels");

    private static readonly JsonWriterOptions Options = new()
    {
        // The body is never part of a page, and plain characters are half the size of escapes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    public static byte[] Write(List<ReadGroup> groups)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer, Options);
        writer.WriteStartArray();
        foreach (var group in groups)
            Write(writer, group);
        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, ReadGroup group)
    {
        writer.WriteStartObject();
        writer.WriteStartArray(Targets);
        foreach (var target in group.Targets)
            writer.WriteStringValue(target);
        writer.WriteEndArray();
        if (group.Labels.Labels.Length > 0)
        {
            writer.WriteStartObject(Labels);
            foreach (var (name, value) in group.Labels.Labels)
                writer.WriteString(name, value);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
