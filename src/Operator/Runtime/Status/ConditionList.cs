using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Status;

/// <summary>An object's conditions while its next status is computed. The transition time moves only when a condition's status flips.</summary>
/// <param name="stored">The conditions as read; copied.</param>
/// <param name="generation">The generation that was looked at; each condition that is set carries it.</param>
/// <param name="time">The clock.</param>
internal sealed class ConditionList(IEnumerable<V1Condition>? stored, long? generation, TimeProvider time)
{
    private const int LongestMessage = 32 * 1024;

    private readonly List<V1Condition> conditions = [.. stored ?? []];

    public IReadOnlyList<V1Condition> Items => conditions;

    public V1Condition? Find(string type) => conditions.Find(c => c.Type == type);

    /// <summary>Says how it stands with one type.</summary>
    /// <param name="type">Such as <c>Ready</c>.</param>
    /// <param name="status">Null means unknown.</param>
    /// <param name="reason">One CamelCase word.</param>
    /// <param name="message">For people. Without anything that changes on every look, or every look is a write.</param>
    public ConditionList Set(string type, bool? status, string reason, string message)
    {
        var word = status switch { true => "True", false => "False", null => "Unknown" };
        var index = conditions.FindIndex(c => c.Type == type);
        var before = index < 0 ? null : conditions[index];
        var now = time.GetUtcNow().UtcDateTime;
        var condition = new V1Condition
        {
            Type = type,
            Status = word,
            Reason = reason,
            Message = message.Length <= LongestMessage ? message : message[..LongestMessage],
            ObservedGeneration = generation,
            LastTransitionTime = before?.Status == word ? before.LastTransitionTime : now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)),
        };
        if (index < 0)
            conditions.Add(condition);
        else
            conditions[index] = condition;
        return this;
    }

    /// <summary>For conditions that are only there while they are true.</summary>
    public ConditionList Remove(string type)
    {
        conditions.RemoveAll(c => c.Type == type);
        return this;
    }

    public JsonArray ToJson() => [.. conditions.Select(c => JsonNode.Parse(KubernetesJson.Serialize(c)))];
}
