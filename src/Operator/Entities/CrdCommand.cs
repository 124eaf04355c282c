using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Entities;

/// <summary>The verb <c>crd</c>: writes the CustomResourceDefinitions, whose source the types of this room are.</summary>
internal static class CrdCommand
{
    /// <summary>Writes that of one kind, or of all; the process's exit code.</summary>
    public static int Run(TextWriter output, TextWriter error, string? plural)
    {
        if (plural is null)
        {
            foreach (var (n, kind) in CustomKind.All.Index())
            {
                output.Write(n == 0 ? "" : "---\n");
                Write(output, kind);
            }
            return 0;
        }
        if (CustomKind.All.FirstOrDefault(k => k.Plural == plural) is not { } named)
        {
            error.WriteLine($"there is no kind '{plural}' here; there are {string.Join(", ", CustomKind.All.Select(k => k.Plural))}");
            return 2;
        }
        Write(output, named);
        return 0;
    }

    public static void Write(TextWriter output, CustomKind kind)
    {
        output.Write($"# Written by `HttpSd.Operator crd {kind.Plural}`; a test compares.\n");
        output.Write(YamlText.Write(CrdBuilder.Build(kind)));
    }
}
