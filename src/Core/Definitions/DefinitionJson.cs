using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace HttpSd.Core.Definitions;

/// <summary>The stored form of a definition: one JSON object, names in camel case, durations in milliseconds.</summary>
public static class DefinitionJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new MillisecondsConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutNoUid } },
    };

    /// <summary>The definition as JSON.</summary>
    public static string Write(GeneratorDefinition definition) => JsonSerializer.Serialize(definition, Options);

    /// <summary>Reads a stored definition; null when it is not one or has a schema this build doesn't know.</summary>
    /// <param name="json">What is stored.</param>
    /// <param name="problem">Why null was returned, in words.</param>
    public static GeneratorDefinition? Read(string json, out string? problem)
    {
        try
        {
            var stored = JsonSerializer.Deserialize<GeneratorDefinition>(json, Options);
            problem = stored switch
            {
                null => "the definition is null",
                { Schema: not GeneratorDefinition.CurrentSchema } => $"schema {stored.Schema} is not known here",
                _ => null,
            };
            return problem is null ? stored : null;
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return null;
        }
    }

    // What files declare has none, and is stored as it was before there were any.
    private static void LeaveOutNoUid(JsonTypeInfo type)
    {
        if (type.Type == typeof(GeneratorDefinition))
            type.Properties.Single(property => property.Name == "uid").ShouldSerialize = (_, uid) => uid is string { Length: > 0 };
    }

    private sealed class MillisecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TimeSpan.FromMilliseconds(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
            writer.WriteNumberValue((long)value.TotalMilliseconds);
    }
}
