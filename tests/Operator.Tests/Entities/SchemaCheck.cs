using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HttpSd.Operator.Tests.Entities;

/// <summary>What an API server without CEL would check: types, names and bounds.</summary>
internal static class SchemaCheck
{
    public static IEnumerable<string> Problems(JsonNode schema, JsonNode? value, string place = "")
    {
        var type = (string)schema["type"]!;
        if (!IsOf(type, value))
            return [$"{place}: not a {type}"];
        return type switch
        {
            "object" => OfObject(schema, value!.AsObject(), place),
            "array" => OfArray(schema, value!.AsArray(), place),
            "string" => OfText(schema, (string)value!, place),
            "integer" => OfNumber(schema, value!.GetValue<JsonElement>().GetInt64(), place),
            _ => [],
        };
    }

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind()) is
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
        or ("integer" or "number", JsonValueKind.Number) or ("boolean", JsonValueKind.True or JsonValueKind.False);

    private static IEnumerable<string> OfObject(JsonNode schema, JsonObject value, string place)
    {
        var known = schema["properties"]?.AsObject();
        foreach (var name in schema["required"]?.AsArray().Select(n => (string)n!) ?? [])
            if (value[name] is null)
                yield return $"{place}.{name}: is missing";
        if (value.Count > Number(schema["maxProperties"], long.MaxValue))
            yield return $"{place}: too many";
        foreach (var (name, inner) in value)
        {
            if (place.Length == 0 && name == "metadata")
                continue;
            if ((known is null ? schema["additionalProperties"] : known[name]) is not { } of)
                yield return $"{place}.{name}: not known";
            else
                foreach (var problem in Problems(of, inner, $"{place}.{name}"))
                    yield return problem;
        }
    }

    private static IEnumerable<string> OfArray(JsonNode schema, JsonArray value, string place)
    {
        if (value.Count > Number(schema["maxItems"], long.MaxValue))
            yield return $"{place}: too many";
        foreach (var problem in value.Index().SelectMany(v => Problems(schema["items"]!, v.Item, $"{place}[{v.Index}]")))
            yield return problem;
    }

    private static IEnumerable<string> OfText(JsonNode schema, string value, string place)
    {
        if (value.Length < Number(schema["minLength"], 0) || value.Length > Number(schema["maxLength"], long.MaxValue))
            yield return $"{place}: length";
        if ((string?)schema["pattern"] is { } pattern && !Regex.IsMatch(value, pattern, RegexOptions.ECMAScript))
            yield return $"{place}: pattern";
        if (schema["enum"] is JsonArray words && words.All(w => (string)w! != value))
            yield return $"{place}: enum";
    }

    private static IEnumerable<string> OfNumber(JsonNode schema, long value, string place)
    {
        if (value < Number(schema["minimum"], long.MinValue) || value > Number(schema["maximum"], long.MaxValue))
            yield return $"{place}: range";
    }

    private static long Number(JsonNode? node, long otherwise) =>
        node is null ? otherwise : long.Parse(node.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture);
}
