using System.Text.Json;

namespace HttpSd.Core.Definitions;

/// <summary>Strings of a JSON document that may hold half a surrogate pair, which the parser lets through and then throws on.</summary>
internal static class JsonStrings
{
    public static bool TryText(JsonElement value, out string text, out string problem)
    {
        (text, problem) = ("", "");
        if (value.ValueKind != JsonValueKind.String)
        {
            problem = $"{Describe(value)}, a string is expected";
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            problem = "half of a surrogate pair is not valid Unicode";
            return false;
        }
    }

    public static string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD";
        }
    }

    /// <summary>The start of a sentence: <c>5 is a number</c>, <c>is an object</c>.</summary>
    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => $"{Excerpt.Of(value.GetRawText())} is a number",
        JsonValueKind.True => "true is a boolean",
        JsonValueKind.False => "false is a boolean",
        JsonValueKind.String => "is a string",
        JsonValueKind.Array => "is a list",
        JsonValueKind.Object => "is an object",
        _ => "is null",
    };
}
