using System.Text.Json;

namespace HttpSd.Cluster.Tests.Users;

/// <summary>A TargetGenerator as a user reads it.</summary>
internal sealed class GeneratorView(JsonElement json)
{
    private JsonElement Status => json.TryGetProperty("status", out var status) ? status : default;

    public JsonElement Metadata => json.GetProperty("metadata");

    public string Uid => Metadata.GetProperty("uid").GetString()!;

    public string Version => Metadata.GetProperty("resourceVersion").GetString()!;

    /// <summary>The status was made from the present spec.</summary>
    public bool IsObserved =>
        Status.ValueKind == JsonValueKind.Object
        && Status.TryGetProperty("observedGeneration", out var seen)
        && seen.GetInt64() == Metadata.GetProperty("generation").GetInt64()
        && Status.GetProperty("conditions").EnumerateArray().All(c => c.GetProperty("observedGeneration").GetInt64() == seen.GetInt64());

    public string? Path => Text(Status, "path");

    public string? LastHandledReload => Text(Status, "lastHandledReload");

    /// <summary>Such as <c>error NameError: no, 3</c>: outcome, message, targets.</summary>
    public string? LastRun => Status.ValueKind == JsonValueKind.Object && Status.TryGetProperty("lastRun", out var run)
        ? $"{Text(run, "outcome")} {Text(run, "message")}, {run.GetProperty("targets").GetInt32()}"
        : null;

    public string? LastRunSince => Text(Status.GetProperty("lastRun"), "since");

    /// <summary>Such as <c>True RunSucceeded</c>.</summary>
    public string Ready => Brief("Ready");

    public string Published => Brief("Published");

    public string Generating => Brief("Generating");

    /// <summary>A condition's message.</summary>
    public string Message(string type) => Text(Condition(type), "message") ?? "";

    public string Since(string type) => Text(Condition(type), "lastTransitionTime") ?? "";

    public override string ToString() => Status.ValueKind == JsonValueKind.Undefined ? "no status" : $"{Metadata.GetProperty("generation")} {Status}";

    private string Brief(string type) => $"{Text(Condition(type), "status")} {Text(Condition(type), "reason")}";

    private JsonElement Condition(string type) =>
        Status.ValueKind == JsonValueKind.Object && Status.TryGetProperty("conditions", out var all)
            ? all.EnumerateArray().FirstOrDefault(c => Text(c, "type") == type)
            : default;

    private static string? Text(JsonElement map, string name) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(name, out var value) ? value.GetString() : null;
}
