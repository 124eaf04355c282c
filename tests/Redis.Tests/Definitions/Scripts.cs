using HttpSd.Core.Definitions;

namespace HttpSd.Redis.Tests.Definitions;

/// <summary>Generators to publish.</summary>
internal static class Scripts
{
    public static GeneratorScript Python(string path, string script = "def generate_targets(): return []") =>
        DefinitionDigest.Seal(new GeneratorScript(new GeneratorDefinition { Path = path, Name = "test/" + path }, script));

    public static GeneratorScript Static(string path, string groups) => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition { Path = path, Name = "test/" + path, Runtime = GeneratorRuntime.Static }, groups));

    public static GeneratorScript With(this GeneratorScript script, Func<GeneratorDefinition, GeneratorDefinition> change) =>
        DefinitionDigest.Seal(script with { Definition = change(script.Definition) });
}
