using System.Reflection;
using System.Text.Json.Nodes;

namespace HttpSd.Operator.Entities.Schema;

/// <summary>Builds the CustomResourceDefinition of a kind.</summary>
internal static class CrdBuilder
{
    public static JsonObject Build(CustomKind kind) => new()
    {
        ["apiVersion"] = "apiextensions.k8s.io/v1",
        ["kind"] = "CustomResourceDefinition",
        ["metadata"] = new JsonObject { ["name"] = $"{kind.Plural}.{TargetGenerator.Group}" },
        ["spec"] = new JsonObject
        {
            ["group"] = TargetGenerator.Group,
            ["names"] = new JsonObject
            {
                ["kind"] = kind.Name,
                ["listKind"] = kind.Name + "List",
                ["plural"] = kind.Plural,
                ["singular"] = kind.Name.ToLowerInvariant(),
                ["shortNames"] = new JsonArray(kind.ShortName),
                ["categories"] = new JsonArray("httpsd"),
            },
            ["scope"] = "Namespaced",
            ["versions"] = new JsonArray(Version(kind)),
        },
    };

    private static JsonObject Version(CustomKind kind) => new()
    {
        ["name"] = TargetGenerator.Version,
        ["served"] = true,
        ["storage"] = true,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["additionalPrinterColumns"] = new JsonArray([.. Columns(kind)]),
        ["schema"] = new JsonObject { ["openAPIV3Schema"] = Root(kind) },
    };

    private static IEnumerable<JsonNode> Columns(CustomKind kind)
    {
        foreach (var column in kind.Entity.GetCustomAttributes<GenericAdditionalPrinterColumnAttribute>())
        {
            var node = new JsonObject { ["name"] = column.Name, ["type"] = column.Type, ["jsonPath"] = column.JsonPath };
            if (column.Description is not null)
                node["description"] = column.Description;
            if (column.Priority > 0)
                node["priority"] = column.Priority;
            yield return node;
        }
    }

    private static JsonObject Root(CustomKind kind)
    {
        var root = new JsonObject
        {
            ["description"] = kind.Entity.GetCustomAttribute<DescriptionAttribute>()!.Description,
            ["type"] = "object",
            ["required"] = new JsonArray("spec"),
        };
        SchemaBuilder.AddRules(root, kind.Entity);
        root["properties"] = new JsonObject
        {
            ["apiVersion"] = new JsonObject { ["type"] = "string" },
            ["kind"] = new JsonObject { ["type"] = "string" },
            ["metadata"] = new JsonObject { ["type"] = "object" },
            ["spec"] = Described(kind.Wanted, kind.Spec),
            ["status"] = Described("What the operator has found. Written by it alone.", kind.Status),
        };
        return root;
    }

    private static JsonObject Described(string description, Type type)
    {
        var schema = SchemaBuilder.OfObject(type);
        schema.Insert(0, "description", description);
        return schema;
    }
}
