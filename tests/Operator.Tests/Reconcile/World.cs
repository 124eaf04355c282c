using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HttpSd.Core.Runs;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Reconcile;

/// <summary>Makes what is observed out of two YAML files: the object, and everything around it.</summary>
internal static class World
{
    public static TargetGenerator Object(string yaml) =>
        KubernetesJson.Deserialize<TargetGenerator>(Files.Yaml(yaml).Single().ToJsonString());

    public static TargetGenerator Generator(string spec, string name = "my-service", string uid = "u1") => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "monitoring", Uid = uid, Generation = 1, CreationTimestamp = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc) },
        Spec = JsonDocument.Parse(spec).RootElement,
    };

    public static Observed Of(TargetGenerator entity, string yaml)
    {
        var around = Files.Yaml(yaml).Single();
        var policy = (string?)around["pathPolicy"] == "namespaced" ? PathPolicy.Namespaced : PathPolicy.Shared;
        var observed = new Observed
        {
            PathPolicy = policy,
            Object = entity,
            Now = Time(around["now"]) ?? DateTimeOffset.UnixEpoch,
            ConfigMap = around["configMap"] is { } map ? KubernetesJson.Deserialize<V1ConfigMap>(map.ToJsonString()) : null,
            PathOwner = around["owner"] is { } owner ? Key((string)owner!) : SpecText.WantedPath(entity, policy) is null ? null : EntityKey.Of(entity),
            PoolAdmits = (string?)around["poolAdmits"],
            Pools = around["pools"]?.AsArray().Select(p => (string)p!).ToHashSet() ?? [],
        };
        if ((string?)around["store"] == "down")
            return observed;
        var hash = Publication.Decide(observed).Generator?.Definition.Hash ?? "none";
        return observed with
        {
            Stored = [.. (around["stored"]?.AsArray() ?? []).Select(s => new StoredDefinition(
                (string)s!["path"]!, (string?)s["name"] ?? "monitoring/my-service", (string?)s["uid"] ?? "u1", Hash(s, hash), (bool?)s["runs"] ?? true, (bool?)s["doubtful"] ?? false))],
            Overdue = (bool?)around["overdue"] ?? false,
            Run = around["run"] is { } run
                ? new RunObservation(
                    Enum.Parse<RunOutcome>((string)run["outcome"]!, ignoreCase: true),
                    Time(run["at"]),
                    run["targets"] is { } targets ? int.Parse(targets.ToJsonString(), CultureInfo.InvariantCulture) : 0,
                    (string?)run["type"],
                    (string?)run["message"],
                    Time(run["servableUntil"]),
                    Hash(run, hash))
                : null,
        };
    }

    /// <summary>The plan as a person compares it: digests, which change with any default, are left out.</summary>
    public static JsonObject Json(GeneratorPlan plan)
    {
        var json = new JsonObject();
        Add(json, "clear", plan.Clear.Select(Stored));
        if (plan.Wanted is { Definition: var wanted })
            json["wanted"] = new JsonObject { ["path"] = wanted.Path, ["name"] = wanted.Name, ["uid"] = wanted.Uid, ["runtime"] = $"{wanted.Runtime}" };
        json["publish"] = plan.Publish;
        Add(json, "remove", plan.Remove.Select(Stored));
        if (plan.Reload is not null)
            json["reload"] = plan.Reload;
        if (plan.ReloadAnswered)
            json["reloadAnswered"] = true;
        json["statusChanged"] = plan.StatusChanged;
        json["status"] = JsonNode.Parse(KubernetesJson.Serialize(plan.Status));
        Add(json, "events", plan.Events.Select(Told));
        if (plan.Waiting is not null)
            json["waiting"] = Told(plan.Waiting);
        if (plan.RequeueAfter is { } after)
            json["requeueAfter"] = Core.GoDuration.Format(after);
        return json;
    }

    private static JsonNode Told(PlannedEvent told) =>
        new JsonObject { ["type"] = $"{told.Type}", ["reason"] = told.Reason, ["message"] = told.Message };

    private static JsonNode Stored(StoredDefinition stored) =>
        new JsonObject { ["path"] = stored.Path, ["name"] = stored.Name, ["uid"] = stored.Uid };

    private static void Add(JsonObject json, string name, IEnumerable<JsonNode> items)
    {
        if (items.ToArray() is { Length: > 0 } list)
            json[name] = new JsonArray(list);
    }

    private static string Hash(JsonNode node, string same) => (string?)node["hash"] is { } given && given != "same" ? given : same;

    private static EntityKey Key(string text) => new(text.Split('/')[0], text.Split('/')[1]);

    private static DateTimeOffset? Time(JsonNode? node) =>
        node is null ? null : DateTimeOffset.Parse((string)node!, CultureInfo.InvariantCulture);
}
