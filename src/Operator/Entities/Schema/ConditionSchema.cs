using System.Text.Json.Nodes;

namespace HttpSd.Operator.Entities.Schema;

/// <summary>The schema of a condition: Kubernetes' own type, which carries no attributes of ours.</summary>
internal static class ConditionSchema
{
    public static JsonObject Build() => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("type", "status", "reason", "message", "lastTransitionTime"),
        ["properties"] = new JsonObject
        {
            ["type"] = Text("What is said, such as Ready.", 1, 316),
            ["status"] = new JsonObject
            {
                ["description"] = "Whether it is so; Unknown while that has still to be found out.",
                ["type"] = "string",
                ["enum"] = new JsonArray("True", "False", "Unknown"),
            },
            ["reason"] = Text("Why, in one word for programs.", 1, 128),
            ["message"] = Text("Why, and what to do about it.", 0, 1024),
            ["lastTransitionTime"] = new JsonObject
            {
                ["description"] = "When the status changed last.",
                ["type"] = "string",
                ["format"] = "date-time",
            },
            ["observedGeneration"] = new JsonObject
            {
                ["description"] = "The metadata.generation that this was made from.",
                ["type"] = "integer",
                ["format"] = "int64",
                ["minimum"] = 0,
            },
        },
    };

    private static JsonObject Text(string description, int min, int max)
    {
        var schema = new JsonObject { ["description"] = description, ["type"] = "string" };
        if (min > 0)
            schema["minLength"] = min;
        schema["maxLength"] = max;
        return schema;
    }
}
