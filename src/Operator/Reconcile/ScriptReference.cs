using System.Text.Json;
using HttpSd.Core.Definitions;
using HttpSd.Operator.Runtime.Abstractions;
using k8s.Models;

namespace HttpSd.Operator.Reconcile;

/// <summary>What <c>scriptFrom</c> refers to.</summary>
internal static class ScriptReference
{
    /// <summary>The ConfigMap that a spec refers to, to be gathered and watched; null when it refers to none.</summary>
    public static EntityKey? Of(Entities.TargetGenerator entity) =>
        Child(Child(entity.Spec, "scriptFrom"), "configMapKeyRef") is { } reference
        && SpecText.Of(reference, "name") is { Length: > 0 } name
            ? new EntityKey(entity.Metadata.NamespaceProperty ?? "", name)
            : null;

    /// <summary>The lookup that reads from one gathered ConfigMap; null: there is none.</summary>
    public static ScriptLookup LookupIn(V1ConfigMap? map) => (space, name, key) =>
        map is null ? ScriptLookupResult.NoConfigMap(space, name)
        : map.Data is not null && map.Data.TryGetValue(key, out var text) ? ScriptLookupResult.Found(text)
        : map.BinaryData?.ContainsKey(key) == true ? ScriptLookupResult.Binary(space, name, key)
        : ScriptLookupResult.NoKey(space, name, key);

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var child) ? child : null;
}
