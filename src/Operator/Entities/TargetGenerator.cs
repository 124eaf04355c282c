using System.Text.Json;
using System.Text.Json.Serialization;
using HttpSd.Operator.Entities.Schema;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Entities;

/// <summary>One object as the API server holds it.</summary>
[KubernetesEntity(Group = Group, ApiVersion = Version, Kind = KindName, PluralName = Plural)]
[Description("TargetGenerator declares one list of scrape targets: a script that makes it, or the list itself. The SD server answers for it at /targets/PATH.")]
[GenericAdditionalPrinterColumn(".status.path", "Path", "string", Description = "Below /targets/ on the SD server")]
[GenericAdditionalPrinterColumn(".status.lastRun.targets", "Targets", "integer", Description = "Targets in the last good list")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string", Description = "Whether the path answers with a list")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].reason", "Reason", "string", Description = "Why, in one word")]
[GenericAdditionalPrinterColumn(".status.lastRun.since", "Since", "date", Description = "How long runs have ended like the last one")]
[GenericAdditionalPrinterColumn(".spec.suspend", "Suspended", "boolean", Description = "No runs")]
[GenericAdditionalPrinterColumn(".spec.runtime", "Runtime", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".spec.workerPool", "Pool", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].message", "Message", "string", Priority = 1)]
internal sealed class TargetGenerator : IKubernetesObject<V1ObjectMeta>
{
    public const string Group = "httpsd.io";
    public const string Version = "v1alpha1";
    public const string KindName = "TargetGenerator";
    public const string Plural = "targetgenerators";

    /// <summary>Setting it to another value reloads the generator once.</summary>
    public const string ReloadAnnotation = "httpsd.io/reload";

    public string ApiVersion { get; set; } = $"{Group}/{Version}";

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>
    /// As it is stored. Typed it would be an object that can't be read at all, where the one reader of specs
    /// says what is wrong with it: older schemas and servers without one have let everything through.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Spec { get; set; }

    public TargetGeneratorStatus? Status { get; set; }
}
