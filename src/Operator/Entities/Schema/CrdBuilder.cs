using System.Reflection;
using System.Text.Json.Nodes;

namespace HttpSd.Operator.Entities.Schema;

/// <summary>Builds the CustomResourceDefinition of <see cref="TargetGenerator"/>.</summary>
internal static class CrdBuilder
{
    public static JsonObject Build() => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{TargetGenerator.Plural}.{TargetGenerator.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = TargetGenerator.Group,
            ["names"] = new JsonObject
            {
                ["kind"] = TargetGenerator.KindName,
                ["listKind"] = TargetGenerator.KindName + "List",
                ["plural"] = TargetGenerator.Plural,
                ["singular"] = "targetgenerator",
                ["shortNames"] = new JsonArray("tg"),
                ["categories"] = new JsonArray("httpsd"),
            },
            ["scope"] = "Namespaced",
            ["versions"] = new JsonArray(Version()),
        },
    };

    private static JsonObject Version() => new()
    {
        ["name"] = TargetGenerator.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["additionalPrinterColumns"] = new JsonArray([.. Columns()]),
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root() },
    };

    private static IEnumerable<JsonNode> Columns()
    {
        foreach (var column in typeof(TargetGenerator).GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>())
        {
            var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
            if (column.Description is not null)
                node["description"] = column.Description;
            if (column.Priority > 0)
                node["priority"] = column.Priority;
            yield return node;
        }
    }

    private static JsonObject Root() => new()
    {
        ["description"] = typeof(TargetGenerator).GetCustomAttribute<DescriptionAttribute>()!.Description,
        ["type"] = "object",
        ["required"] = new JsonArray("spec"),
        ["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
            ["spec"] = Described("What is wanted: where the targets come from, where they are served and for how long.", typeof(TargetGeneratorSpec)),
            ["status"] = Described("What the operator has found. Written by it alone.", typeof(TargetGeneratorStatus)),
        },
    };

    private static JsonObject Described(string description, Type type)
    {
        var schema = SchemaBuilder.OfObject(type);
        schema.Insert(0, "description", description);
        return schema;
    }
}
