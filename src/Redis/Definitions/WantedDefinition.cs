using HttpSd.Core.Definitions;

namespace HttpSd.Redis.Definitions;

/// <summary>What is to be published; the script is read only when it has to be sent, since all of them may be large.</summary>
/// <param name="Definition">The definition, sealed.</param>
/// <param name="ReadAsync">The same with its script, or what has become of it; null: leave what is stored.</param>
public sealed record WantedDefinition(GeneratorDefinition Definition, Func<CancellationToken, Task<GeneratorScript?>> ReadAsync)
{
    /// <summary>One whose script is in memory.</summary>
    public static WantedDefinition Of(GeneratorScript script) => new(script.Definition, _ => Task.FromResult<GeneratorScript?>(script));
}
