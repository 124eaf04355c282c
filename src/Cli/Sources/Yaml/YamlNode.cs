namespace HttpSd.Cli.Sources.Yaml;

/// <summary>A value of a YAML document with the line on which it begins.</summary>
internal abstract record YamlNode(int Line);

/// <summary>A single value.</summary>
/// <param name="Line">Counted from 1.</param>
/// <param name="Text">The value as it was written.</param>
/// <param name="Plain">Without quotes and without a tag that makes it a string: may be a number.</param>
internal sealed record YamlScalar(int Line, string Text, bool Plain) : YamlNode(Line);

internal sealed record YamlList(int Line, List<YamlNode> Items) : YamlNode(Line);

internal sealed record YamlMap(int Line, List<YamlEntry> Entries) : YamlNode(Line)
{
    public YamlNode? this[string key] => Entries.FirstOrDefault(entry => entry.Key == key)?.Value;
}

internal sealed record YamlEntry(int Line, string Key, YamlNode Value);

/// <summary>One document of a file.</summary>
/// <param name="Root">Its value.</param>
/// <param name="Problems">What YAML allows to write but not to mean, such as one key twice.</param>
internal sealed record YamlDocument(YamlNode Root, List<(int Line, string Message)> Problems);
