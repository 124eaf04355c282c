using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Entities;

/// <summary>The verb <c>crd</c>: writes the CustomResourceDefinition, whose source the types of this room are.</summary>
internal static class CrdCommand
{
    public static void Write(TextWriter output)
    {
        output.Write("# Written by `HttpSd.Operator crd`; a test compares.\n");
        output.Write(YamlText.Write(CrdBuilder.Build()));
    }
}
