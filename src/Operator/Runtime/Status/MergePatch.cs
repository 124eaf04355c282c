using System.Text.Json.Nodes;

namespace HttpSd.Operator.Runtime.Status;

/// <summary>The JSON merge patch from one object to another.</summary>
internal static class MergePatch
{
    /// <summary>Only what differs, with null for what is to go; null when nothing differs. A null equals a missing member.</summary>
    public static JsonObject? Between(JsonObject? held, JsonObject desired)
    {
        // Parsed anew, so that numbers compare as numbers, whatever type they were made from.
        var from = held is null ? [] : (JsonObject)WithoutNulls(JsonNode.Parse(held.ToJsonString())!);
        var patch = Diff(from, (JsonObject)WithoutNulls(JsonNode.Parse(desired.ToJsonString())!));
        return patch.Count == 0 ? null : patch;
    }

    private static JsonObject Diff(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var (name, _) in from.Where(m => !to.ContainsKey(m.Key)))
            patch[name] = null;
        foreach (var (name, wanted) in to)
        {
            var have = from[name];
            if (JsonNode.DeepEquals(have, wanted))
                continue;
            patch[name] = have is JsonObject inner && wanted is JsonObject outer ? Diff(inner, outer) : wanted!.DeepClone();
        }
        return patch;
    }

    private static JsonNode WithoutNulls(JsonNode node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list.OfType<JsonNode>())
                WithoutNulls(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var name in members.Where(m => m.Value is null).Select(m => m.Key).ToList())
                members.Remove(name);
            foreach (var (_, value) in members)
                WithoutNulls(value!);
        }
        return node;
    }
}
