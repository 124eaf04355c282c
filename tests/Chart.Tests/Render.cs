using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace HttpSd.Chart.Tests;

/// <summary>What a values file renders to, without a cluster.</summary>
/// <param name="Name">The file's, without its ending.</param>
/// <param name="Text">As Helm writes it.</param>
/// <param name="Objects">All of it, hooks included.</param>
internal sealed record Render(string Name, string Text, IReadOnlyList<KubeObject> Objects)
{
    private const string ArgumentsMark = "# helm: ";

    private static readonly ConcurrentDictionary<string, Lazy<Task<Render>>> Known = new();

    public static string Folder { get; } = Path.Combine(Programs.Root, "tests", "Chart.Tests");

    /// <summary>Every values file of the matrix.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Path.Combine(Folder, "values"), "*.yaml").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal);

    public static TheoryData<string> Cases => [.. Names];

    public static Task<Render> OfAsync(string name) =>
        Known.GetOrAdd(name, n => new Lazy<Task<Render>>(async () =>
        {
            var text = (await Helm.RunAsync(null, ["template", .. Arguments(n)])).Must();
            return new Render(n, text, [.. Yaml.Read(text).Select(o => new KubeObject(o))]);
        })).Value;

    /// <summary>Release, chart, namespace, values, and what the file's first line asks for beside them.</summary>
    public static string[] Arguments(string name)
    {
        var file = Path.Combine(Folder, "values", name + ".yaml");
        var first = File.ReadLines(file).FirstOrDefault() ?? "";
        var further = first.StartsWith(ArgumentsMark, StringComparison.Ordinal) ? first[ArgumentsMark.Length..].Split(' ') : [];
        return ["httpsd", Helm.Chart, "--namespace", "httpsd", "--values", file, .. further];
    }

    public IEnumerable<KubeObject> Pods => Objects.Where(o => o.PodSpec is not null);
}

/// <summary>An object and what tests ask of it.</summary>
internal sealed record KubeObject(JsonObject Json)
{
    public string ApiVersion => Json["apiVersion"]!.GetValue<string>();

    public string Kind => Json["kind"]!.GetValue<string>();

    public string Name => Json["metadata"]!["name"]!.GetValue<string>();

    public string? Namespace => Json["metadata"]!["namespace"]?.GetValue<string>();

    public string Id => $"{Kind} {(Namespace is null or "httpsd" ? "" : Namespace + "/")}{Name}";

    public bool IsHook => Json["metadata"]!["annotations"]?["helm.sh/hook"] is not null;

    /// <summary>The metadata of a pod, or of the pods that it makes.</summary>
    public JsonNode? PodMetadata => Kind == "Pod" ? Json["metadata"] : Json["spec"]?["template"]?["metadata"];

    public JsonNode? PodSpec => Kind == "Pod" ? Json["spec"] : Kind is "Deployment" or "Job" ? Json["spec"]!["template"]!["spec"] : null;

    public static IEnumerable<JsonNode> List(JsonNode? list) => (list as JsonArray)?.OfType<JsonNode>() ?? [];

    public static Dictionary<string, string> Labels(JsonNode? map) =>
        (map as JsonObject)?.ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "") ?? [];
}
