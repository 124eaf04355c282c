using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Events;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Runtime.Queue;
using HttpSd.ServiceDefaults;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Runtime;

[KubernetesEntity(Group = "test.httpsd.io", ApiVersion = "v1", Kind = "Widget", PluralName = "widgets")]
internal sealed class Widget : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "test.httpsd.io/v1";

    public string Kind { get; set; } = "Widget";

    public V1ObjectMeta Metadata { get; set; } = new();

    public WidgetStatus? Status { get; set; }

    public static Widget Named(string name, long generation = 1, string uid = "", int version = 1) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = name,
            NamespaceProperty = "ns",
            Generation = generation,
            Uid = uid.Length > 0 ? uid : $"uid-{name}",
            ResourceVersion = $"{version}",
        },
    };
}

internal sealed class WidgetStatus
{
    public int? Replicas { get; set; }

    public string? Text { get; set; }

    public Dictionary<string, string>? Parts { get; set; }

    public List<V1Condition>? Conditions { get; set; }
}

/// <summary>The runtime's instruments in a registry of their own.</summary>
internal sealed class Instruments
{
    public Instruments()
    {
        Process = new ProcessMetrics();
        (Queues, Controllers, Leader, Events) = (new(Process), new(Process), new(Process), new(Process));
    }

    public ProcessMetrics Process { get; }

    public QueueMetrics Queues { get; }

    public ControllerMetrics Controllers { get; }

    public LeaderMetrics Leader { get; }

    public EventMetrics Events { get; }

    public async Task<string> TextAsync()
    {
        using var text = new MemoryStream();
        await Process.Registry.CollectAndExportAsTextAsync(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }
}
