using System.Text.Json;
using System.Text.Json.Serialization;
using HttpSd.Operator.Entities.Schema;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Entities;

/// <summary>One pool as the API server holds it. Only those in the operator's own namespace count.</summary>
[KubernetesEntity(Group = TargetGenerator.Group, ApiVersion = TargetGenerator.Version, Kind = KindName, PluralName = Plural)]
[Description("WorkerPool keeps a Deployment of workers as large as its queue needs: so large that no job waits for longer than the objective, and no larger. The pool's name is what TargetGenerators say in spec.workerPool. Only WorkerPools in the operator's own namespace count.")]
[ValidationRule(
    "size(self.metadata.name) <= 63 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
    "metadata.name: the name of a pool has lower case letters, digits and '-', a letter or digit at both ends, at most 63")]
[GenericAdditionalPrinterColumn(".spec.scaleTargetRef.name", "Target", "string", Description = "The Deployment that is scaled")]
[GenericAdditionalPrinterColumn(".spec.minReplicas", "Min", "integer")]
[GenericAdditionalPrinterColumn(".spec.maxReplicas", "Max", "integer")]
[GenericAdditionalPrinterColumn(".status.currentReplicas", "Current", "integer", Description = "Pods that there are")]
[GenericAdditionalPrinterColumn(".status.desiredReplicas", "Desired", "integer", Description = "Replicas that were decided on")]
[GenericAdditionalPrinterColumn(".status.pending", "Pending", "integer", Description = "Jobs that wait; empty: not known")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Ready\")].status", "Ready", "string", Description = "Whether the pool can be scaled")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"ScalingLimited\")].status", "Limited", "string", Description = "Whether more replicas are needed than spec.maxReplicas")]
[GenericAdditionalPrinterColumn(".spec.mode", "Mode", "string", Description = "Recommend: only the status says what would be done")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type==\"Paused\")].status", "Paused", "string", Description = "Whether the annotation httpsd.io/paused holds it")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.neededReplicas", "Needed", "integer", Priority = 1, Description = "Before minimum, maximum and what holds a decrease")]
[GenericAdditionalPrinterColumn(".spec.objective.maxPendingAge", "Objective", "string", Priority = 1)]
[GenericAdditionalPrinterColumn(".status.reason", "Reason", "string", Priority = 1, Description = "Why it has this size")]
internal sealed class WorkerPool : IKubernetesObject<V1ObjectMeta>
{
    public const string KindName = "WorkerPool";
    public const string Plural = "workerpools";

    /// <summary>The pool that exists also without an object.</summary>
    public const string DefaultName = "default";

    /// <summary>With any value but <c>false</c> the pool's size is left alone.</summary>
    public const string PausedAnnotation = "httpsd.io/paused";

    public string ApiVersion { get; set; } = $"{TargetGenerator.Group}/{TargetGenerator.Version}";

    public string Kind { get; set; } = KindName;

    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>As it is stored, for the same reason as a TargetGenerator's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public JsonElement Spec { get; set; }

    public WorkerPoolStatus? Status { get; set; }
}
