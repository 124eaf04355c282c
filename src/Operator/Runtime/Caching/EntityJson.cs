using System.Text.Json;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Objects out of the API server's JSON.</summary>
internal static class EntityJson
{
    /// <summary>Reads one object. Items of built-in lists come without kind and version, which references need.</summary>
    /// <exception cref="JsonException">It isn't one of this type.</exception>
    public static TEntity Read<TEntity>(JsonElement json, EntityResource resource)
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        TEntity? entity;
        try
        {
            entity = KubernetesJson.Deserialize<TEntity>(json);
        }
        catch (Exception e) when (e is FormatException or NotSupportedException or InvalidOperationException or ArgumentException or OverflowException)
        {
            throw new JsonException(e.Message, e);
        }
        if (entity?.Metadata is not { Name.Length: > 0 })
            throw new JsonException("it has no metadata.name");
        if (string.IsNullOrEmpty(entity.Kind))
            entity.Kind = resource.Kind;
        if (string.IsNullOrEmpty(entity.ApiVersion))
            entity.ApiVersion = resource.ApiVersion;
        return entity;
    }

    /// <summary>The name of something that is otherwise unreadable.</summary>
    public static EntityKey KeyOf(JsonElement json) => new(Text(json, "namespace") ?? "", Text(json, "name") ?? "");

    public static string? VersionOf(JsonElement json) => Text(json, "resourceVersion") is { Length: > 0 } version ? version : null;

    /// <summary>A string of the metadata.</summary>
    public static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object
        && json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object
        && metadata.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString() : null;
}
