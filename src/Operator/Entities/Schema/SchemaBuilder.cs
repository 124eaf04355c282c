using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using k8s.Models;

namespace HttpSd.Operator.Entities.Schema;

/// <summary>Builds the OpenAPI schema of a type from its properties and their attributes, in the order of the source.</summary>
internal static class SchemaBuilder
{
    /// <summary>The schema of an object.</summary>
    public static JsonObject OfObject(Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly);
        var required = properties.Where(Has<RequiredAttribute>).Select(p => (JsonNode)NameOf(p)).ToArray();
        var schema = new JsonObject { ["type"] = "object" };
        if (required.Length > 0)
            schema["required"] = new JsonArray(required);
        AddRules(schema, type);
        schema["properties"] = new JsonObject(properties.Select(p => KeyValuePair.Create<string, JsonNode?>(NameOf(p), OfProperty(p))));
        return schema;
    }

    /// <summary>The field's name in JSON.</summary>
    public static string NameOf(PropertyInfo property) => JsonNamingPolicy.CamelCase.ConvertName(property.Name);

    /// <summary>The CEL rules of a type or a property.</summary>
    public static void AddRules(JsonObject schema, MemberInfo member)
    {
        var rules = member.GetCustomAttributes<ValidationRuleAttribute>()
            .Select(r => (JsonNode)new JsonObject { ["rule"] = r.Rule, ["message"] = r.Message }).ToArray();
        if (rules.Length > 0)
            schema["x-kubernetes-validations"] = new JsonArray(rules);
    }

    private static JsonObject OfProperty(PropertyInfo property)
    {
        var schema = new JsonObject();
        if (property.GetCustomAttribute<DescriptionAttribute>() is { } described)
            schema["description"] = described.Description + Said(property);
        AddType(schema, property);
        if (property.GetCustomAttribute<DefaultValueAttribute>() is { } otherwise)
            schema["default"] = JsonSerializer.SerializeToNode(otherwise.Value);
        if (Has<EmptyByDefaultAttribute>(property))
            schema["default"] = new JsonObject();
        if (property.GetCustomAttribute<EnumValuesAttribute>() is { } words)
            schema["enum"] = new JsonArray([.. words.Values.Select(w => (JsonNode)w)]);
        if (property.GetCustomAttribute<FormatAttribute>() is { } format)
            schema["format"] = format.Format;
        AddBounds(schema, property);
        AddRules(schema, property);
        return schema;
    }

    // kubectl explain shows neither bounds nor defaults by itself before Kubernetes 1.27.
    private static string Said(PropertyInfo property)
    {
        var bounds = property.GetCustomAttribute<RangeMinimumAttribute>() is { } least && property.GetCustomAttribute<RangeMaximumAttribute>() is { } most
            ? string.Create(CultureInfo.InvariantCulture, $" {least.Minimum} to {most.Maximum}.")
            : "";
        return property.GetCustomAttribute<DefaultValueAttribute>() is { } otherwise
            ? $"{bounds} Default: {JsonSerializer.SerializeToNode(otherwise.Value)}."
            : bounds;
    }

    private static void AddType(JsonObject schema, PropertyInfo property)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(string) || type == typeof(DateTime))
            schema["type"] = "string";
        else if (type == typeof(bool))
            schema["type"] = "boolean";
        else if (type == typeof(int) || type == typeof(long))
            (schema["type"], schema["format"]) = ("integer", type == typeof(int) ? "int32" : "int64");
        else if (type == typeof(double))
            (schema["type"], schema["format"]) = ("number", "double");
        else if (type.IsGenericType && type.GenericTypeArguments is [var item])
            AddList(schema, property, item);
        else if (type.IsGenericType)
            (schema["type"], schema["additionalProperties"]) = ("object", Each(property));
        else
            Merge(schema, OfObject(type));
    }

    private static void AddList(JsonObject schema, PropertyInfo property, Type item)
    {
        schema["type"] = "array";
        if (property.GetCustomAttribute<XListMapKeyAttribute>() is { } map)
            (schema["x-kubernetes-list-type"], schema["x-kubernetes-list-map-keys"]) = ("map", new JsonArray(map.Key));
        else
            schema["x-kubernetes-list-type"] = "atomic";
        schema["items"] = item == typeof(string) ? Each(property)
            : item == typeof(V1Condition) ? ConditionSchema.Build()
            : OfObject(item);
    }

    private static JsonObject Each(PropertyInfo property)
    {
        var each = property.GetCustomAttribute<EachAttribute>()
            ?? throw new InvalidOperationException($"{property.Name}: the strings in it have no bounds");
        var schema = new JsonObject { ["type"] = "string" };
        AddLength(schema, each.Min, each.Max);
        if (each.Pattern is not null)
            schema["pattern"] = each.Pattern;
        return schema;
    }

    private static void AddBounds(JsonObject schema, PropertyInfo property)
    {
        if (property.GetCustomAttribute<LengthAttribute>() is { } length)
            AddLength(schema, length.Min, length.Max);
        if (property.GetCustomAttribute<PatternAttribute>() is { } pattern)
            schema["pattern"] = pattern.Pattern;
        if (Has<DurationAttribute>(property))
            (schema["maxLength"], schema["pattern"]) = (DurationAttribute.MaxLength, DurationAttribute.Pattern);
        if (property.GetCustomAttribute<ItemsAttribute>() is { } items)
            schema["maxItems"] = items.Max;
        if (property.GetCustomAttribute<PropertyLimitsAttribute>() is { } keys)
            schema["maxProperties"] = keys.Max;
        if (property.GetCustomAttribute<RangeMinimumAttribute>() is { } minimum)
            schema["minimum"] = minimum.Minimum;
        if (property.GetCustomAttribute<RangeMaximumAttribute>() is { } maximum)
            schema["maximum"] = maximum.Maximum;
    }

    private static void AddLength(JsonObject schema, int min, int max)
    {
        if (min > 0)
            schema["minLength"] = min;
        schema["maxLength"] = max;
    }

    private static void Merge(JsonObject schema, JsonObject other)
    {
        foreach (var (name, value) in other)
            schema[name] = value?.DeepClone();
    }

    private static bool Has<T>(MemberInfo member)
        where T : Attribute => member.IsDefined(typeof(T));
}
