using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HttpSd.Core;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Scaling;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Pools;

/// <summary>
/// Makes what is observed of a pool out of YAML: one document for each pass, that says what is different from the
/// pass before, <c>after</c> which time, and how often it is repeated. What a pass leaves goes to the next.
/// </summary>
internal static class PoolWorld
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 0, 0, 0, TimeSpan.Zero);

    public static WorkerPool Object(string yaml) => KubernetesJson.Deserialize<WorkerPool>(Files.Yaml(yaml).Single().ToJsonString());

    public static WorkerPool Pool(string spec, string name = "default") => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "httpsd", Uid = "u1", Generation = 1 },
        Spec = JsonDocument.Parse(spec).RootElement,
    };

    /// <summary>The last pass's plan.</summary>
    public static PoolPlan Run(WorkerPool entity, string passes)
    {
        var (now, memory, around) = (Start, PoolMemory.Of(entity), new JsonObject());
        PoolPlan? plan = null;
        foreach (var pass in Files.Yaml(passes).Select(p => p.AsObject()))
        {
            foreach (var (name, value) in pass)
                around[name] = value?.DeepClone();
            for (var n = pass["times"] is { } times ? Int(times) : 1; n > 0; n--)
            {
                now += pass["after"] is { } after ? Duration(after) : TimeSpan.FromSeconds(5);
                if (plan?.Scale is { } done && !pass.ContainsKey("target"))
                    Follow(around["target"]!, done.To);
                entity.Metadata.Annotations = (string?)around["paused"] is { } paused
                    ? new Dictionary<string, string> { [WorkerPool.PausedAnnotation] = paused } : null;
                plan = PoolDecision.Decide(Observe(entity, around, now, memory));
                (memory, entity.Status) = (plan.Memory, Stored(plan.Status));
            }
        }
        return plan!;
    }

    /// <summary>The plan as a person compares it.</summary>
    public static JsonObject Json(PoolPlan plan)
    {
        var json = new JsonObject();
        if (plan.Scale is { } scale)
            json["scale"] = new JsonObject { ["target"] = scale.Target, ["from"] = scale.From, ["to"] = scale.To };
        Add(json, "scaleEvents", plan.ScaleEvents);
        json["statusChanged"] = plan.StatusChanged;
        json["urgent"] = plan.Urgent;
        json["status"] = JsonNode.Parse(KubernetesJson.Serialize(plan.Status));
        Add(json, "events", plan.Events);
        return json;
    }

    private static PoolObserved Observe(WorkerPool entity, JsonObject around, DateTimeOffset now, PoolMemory memory) => new()
    {
        Object = entity,
        Now = now,
        Queue = around["queue"] is JsonObject queue
            ? new QueueSample(
                now, Int(queue["pending"]), Int(queue["processing"]), TimeSpan.FromSeconds(Int(queue["oldest"])),
                Int(queue["enqueued"]), Int(queue["completed"]))
            : null,
        Target = around["target"] is JsonObject target
            ? new TargetObserved(
                new DeploymentSample(Int(target["replicas"]), Int(target["ready"]), Int(target["pods"] ?? target["ready"]), (bool?)target["rollingOut"] ?? false),
                Int(target["current"] ?? target["replicas"]),
                TimeSpan.FromSeconds(Int(target["grace"] ?? 75)))
            {
                LastSetBy = (string?)target["setBy"] is { } manager ? (manager, now) : null,
            }
            : null,
        Rival = (string?)around["rival"],
        Refusal = (string?)around["refusal"],
        LongestRun = around["longestRun"] is { } longest ? Duration(longest) : TimeSpan.FromMinutes(1),
        ReadsNamespaces = (bool?)around["readsNamespaces"] ?? true,
        Memory = memory,
    };

    // What was asked for is there by the next pass.
    private static void Follow(JsonNode target, int replicas)
    {
        foreach (var name in (string[])["replicas", "ready", "pods", "current"])
            target[name] = replicas;
    }

    private static WorkerPoolStatus Stored(WorkerPoolStatus status) =>
        KubernetesJson.Deserialize<WorkerPoolStatus>(KubernetesJson.Serialize(status));

    private static void Add(JsonObject json, string name, IEnumerable<PlannedEvent> events)
    {
        if (events.Select(e => (JsonNode)new JsonObject { ["type"] = $"{e.Type}", ["reason"] = e.Reason, ["message"] = e.Message }).ToArray() is { Length: > 0 } list)
            json[name] = new JsonArray(list);
    }

    private static int Int(JsonNode? node) => node is null ? 0 : int.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);

    private static TimeSpan Duration(JsonNode node) =>
        GoDuration.TryParse((string)node!, out var value) ? value : throw new FormatException($"{node}");
}
