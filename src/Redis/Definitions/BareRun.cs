using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;

namespace HttpSd.Redis.Definitions;

/// <summary>The run that nobody need ask for: without parameters.</summary>
internal static class BareRun
{
    /// <summary>Its key with declared defaults, or the path alone when some must be given: it says so as its error.</summary>
    public static RequestKey KeyOf(GeneratorDefinition definition) =>
        ParameterRules.Resolve(definition, []).Key ?? new RequestKey(definition.Path, []);
}
