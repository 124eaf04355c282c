namespace HttpSd.Cluster.Tests.Users;

/// <summary>Manifests as users write them.</summary>
internal static class Manifests
{
    /// <summary>A generator whose spec is given line by line, without indentation.</summary>
    public static string Generator(string name, string spec, string metadata = "") => $$"""
        ---
        apiVersion: httpsd.io/v1alpha1
        kind: TargetGenerator
        metadata: {name: {{name}}{{(metadata.Length > 0 ? ", " + metadata : "")}}}
        spec:
        {{Indent(spec, 2)}}

        """;

    /// <summary>A generator with a Python script of one line.</summary>
    public static string Script(string name, string body, string more = "") => Generator(name, $"{Python(body)}\n{more}");

    /// <summary>A generator whose one target is this.</summary>
    public static string Serves(string name, string target, string more = "") => Script(name, Returns(target), more);

    /// <summary>The field <c>script</c>.</summary>
    public static string Python(string body) => $"script: |\n{Indent(Function(body), 2)}";

    public static string Function(string body) => $"def generate_targets(**params):\n{Indent(body, 4)}\n";

    public static string Returns(string target) => $$"""return [{"targets": ["{{target}}"]}]""";

    /// <summary>What is then served.</summary>
    public static string List(string target) => $$"""[{"targets":["{{target}}"]}]""";

    public static string ConfigMap(string name, string key, string script) => $$"""
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{name}}}
        data:
          {{key}}: |
        {{Indent(script, 4)}}

        """;

    private static string Indent(string text, int by) =>
        string.Join('\n', text.TrimEnd('\n').Split('\n').Select(line => new string(' ', by) + line));
}
