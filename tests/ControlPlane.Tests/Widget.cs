using System.Text.Json.Serialization;
using k8s;
using k8s.Models;

namespace HttpSd.Kube.Tests;

internal sealed record Widget : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "test.example.com";

    [JsonPropertyName("apiVersion")]
    public string ApiVersion { get; set; } = Group + "/v1";

    [JsonPropertyName("kind")]
    public string Kind { get; set; } = "Widget";

    [JsonPropertyName("metadata")]
    public V1ObjectMeta Metadata { get; set; } = new();

    [JsonPropertyName("spec")]
    public WidgetSpec Spec { get; set; } = new(1);

    [JsonPropertyName("status")]
    public WidgetStatus? Status { get; set; }

    public static Widget Named(string name, int size) =>
        new() { Metadata = new() { Name = name, NamespaceProperty = "default" }, Spec = new(size) };
}

internal sealed record WidgetSpec([property: JsonPropertyName("size")] int Size);

internal sealed record WidgetStatus([property: JsonPropertyName("phase")] string Phase);
