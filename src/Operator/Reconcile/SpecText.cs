using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Operator.Entities;

namespace HttpSd.Operator.Reconcile;

/// <summary>Single fields of a raw spec, for what has to be known before, or without, reading it as a whole.</summary>
internal static class SpecText
{
    /// <summary>The path that the object wants, as it is served; null when that is not a valid one.</summary>
    public static string? WantedPath(TargetGenerator entity, PathPolicy policy)
    {
        var said = entity.Spec.ValueKind != JsonValueKind.Object || !entity.Spec.TryGetProperty("path", out var value)
            || value.ValueKind == JsonValueKind.Null ? entity.Metadata.Name : Of(entity.Spec, "path");
        // By itself as well: what a namespace goes before has no empty segment at its front any more.
        return said is not null && GeneratorPath.Problem(said) is null && Served(entity, said, policy) is var path
            && GeneratorPath.Problem(path) is null ? path : null;
    }

    /// <summary>Where a path that an object says is served: the one place that knows of the policy.</summary>
    public static string Served(TargetGenerator entity, string path, PathPolicy policy) =>
        policy == PathPolicy.Namespaced ? $"{entity.Metadata.NamespaceProperty}/{path}" : path;

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
