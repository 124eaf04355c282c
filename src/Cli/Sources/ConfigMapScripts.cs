using HttpSd.Cli.Sources.Yaml;
using HttpSd.Core.Definitions;

namespace HttpSd.Cli.Sources;

/// <summary>The ConfigMap documents of all files: what <c>scriptFrom</c> finds without a cluster.</summary>
internal sealed class ConfigMapScripts
{
    private readonly Dictionary<(string Namespace, string Name), YamlMap> maps = [];

    /// <summary>Takes the document; a sentence when it can't be used.</summary>
    public string? Add(YamlMap document)
    {
        if (document["metadata"] is not YamlMap metadata || Text(metadata["name"]) is not { Length: > 0 } name)
            return "the ConfigMap has no name";
        var space = Text(metadata["namespace"]) is { Length: > 0 } given ? given : "default";
        return maps.TryAdd((space, name), document) ? null : $"ConfigMap '{space}/{name}' was already read from another document";
    }

    public ScriptLookupResult Find(string space, string name, string key)
    {
        if (!maps.TryGetValue((space, name), out var map))
            return ScriptLookupResult.NoConfigMap(space, name);
        if (map["data"] is YamlMap data && data[key] is { } value)
            return Text(value) is { } text
                ? ScriptLookupResult.Found(text)
                : new ScriptLookupResult(null, LookupReasons.KeyMissing, $"key '{key}' of ConfigMap '{space}/{name}' is not a string");
        return map["binaryData"] is YamlMap binary && binary[key] is not null
            ? ScriptLookupResult.Binary(space, name, key)
            : ScriptLookupResult.NoKey(space, name, key);
    }

    private static string? Text(YamlNode? node) =>
        node is YamlScalar scalar && (!scalar.Plain || YamlScalars.Resolve(scalar.Text) is string) ? scalar.Text : null;
}
