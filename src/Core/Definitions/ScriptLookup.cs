namespace HttpSd.Core.Definitions;

/// <summary>Finds the text that <c>scriptFrom.configMapKeyRef</c> refers to.</summary>
/// <param name="configMapNamespace">The generator's own namespace.</param>
/// <param name="name">The ConfigMap's name.</param>
/// <param name="key">The key in its <c>data</c>.</param>
public delegate ScriptLookupResult ScriptLookup(string configMapNamespace, string name, string key);

/// <summary>The text, or why there is none.</summary>
/// <param name="Text">The text; null when it was not found.</param>
/// <param name="Reason">One of <see cref="LookupReasons"/>; null when it was found.</param>
/// <param name="Problem">A sentence that goes with the reason.</param>
public sealed record ScriptLookupResult(string? Text, string? Reason, string? Problem)
{
    /// <summary>The text was found.</summary>
    public static ScriptLookupResult Found(string text) => new(text, null, null);

    /// <summary>There is no such ConfigMap.</summary>
    public static ScriptLookupResult NoConfigMap(string configMapNamespace, string name) =>
        new(null, LookupReasons.ConfigMapMissing, $"there is no ConfigMap '{name}' in namespace '{configMapNamespace}'");

    /// <summary>The ConfigMap has no such key.</summary>
    public static ScriptLookupResult NoKey(string configMapNamespace, string name, string key) =>
        new(null, LookupReasons.KeyMissing, $"ConfigMap '{configMapNamespace}/{name}' has no key '{key}'");

    /// <summary>The key is in <c>binaryData</c>, which a script never is.</summary>
    public static ScriptLookupResult Binary(string configMapNamespace, string name, string key) =>
        new(null, LookupReasons.BinaryData, $"key '{key}' of ConfigMap '{configMapNamespace}/{name}' is binary data, a script is text");
}

/// <summary>Why a referenced script was not found; condition reasons, too.</summary>
public static class LookupReasons
{
    /// <summary>There is no ConfigMap of the name.</summary>
    public const string ConfigMapMissing = "ConfigMapMissing";

    /// <summary>The ConfigMap has no such key.</summary>
    public const string KeyMissing = "KeyMissing";

    /// <summary>The key holds binary data.</summary>
    public const string BinaryData = "BinaryData";
}
