using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Operator.Entities;

namespace HttpSd.Operator.Reconcile;

/// <summary>Single fields of a raw spec, for what has to be known before, or without, reading it as a whole.</summary>
internal static class SpecText
{
    /// <summary>The path that the object wants; null when its <c>spec.path</c> is not a valid one.</summary>
    public static string? WantedPath(TargetGenerator entity)
    {
        if (entity.Spec.ValueKind != JsonValueKind.Object || !entity.Spec.TryGetProperty("path", out var value)
            || value.ValueKind == JsonValueKind.Null)
            return entity.Metadata.Name;
        return Of(entity.Spec, "path") is { } path && GeneratorPath.Problem(path) is null ? path : null;
    }

    /// <summary>A field that is a string; null when it is missing or anything else.</summary>
    public static string? Of(JsonElement map, string name)
    {
        if (map.ValueKind != JsonValueKind.Object || !map.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, which the reader of specs complains about.
            return null;
        }
    }

    /// <summary>The object as the reader of specs takes it.</summary>
    public static JsonElement Manifest(TargetGenerator entity)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            // Lists come without them, and another version would not have got here.
            json.WriteString("apiVersion", $"{TargetGenerator.Group}/{TargetGenerator.Version}");
            json.WriteString("kind", TargetGenerator.KindName);
            json.WriteStartObject("metadata");
            json.WriteString("name", entity.Metadata.Name);
            json.WriteString("namespace", entity.Metadata.NamespaceProperty);
            json.WriteEndObject();
            if (entity.Spec.ValueKind != JsonValueKind.Undefined)
            {
                json.WritePropertyName("spec");
                json.WriteRawValue(entity.Spec.GetRawText());
            }
            json.WriteEndObject();
        }
        var reader = new Utf8JsonReader(buffer.WrittenSpan);
        return JsonElement.ParseValue(ref reader);
    }
}
