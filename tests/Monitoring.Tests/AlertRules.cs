using YamlDotNet.RepresentationModel;

namespace HttpSd.Monitoring.Tests;

/// <summary>One alert of the chart's rules.</summary>
internal sealed record AlertRule(string Name, string Expression, string For, string Severity, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>Where the chart has its rules.</summary>
    public static string File { get; } = Path.Combine(Programs.Root, "charts", "httpsd", "files", "rules.yaml");

    public static IReadOnlyList<AlertRule> ReadAll()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(System.IO.File.ReadAllText(File)));
        return [.. Items(yaml.Documents[0].RootNode["groups"]).SelectMany(g => Items(g["rules"])).Select(Read)];
    }

    private static AlertRule Read(YamlNode rule) => new(
        $"{rule["alert"]}",
        $"{rule["expr"]}",
        $"{rule["for"]}",
        $"{rule["labels"]["severity"]}",
        ((YamlMappingNode)rule["annotations"]).Children.ToDictionary(a => $"{a.Key}", a => $"{a.Value}"));

    private static YamlSequenceNode Items(YamlNode node) => (YamlSequenceNode)node;
}
