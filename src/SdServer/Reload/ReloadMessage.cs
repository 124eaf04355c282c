using HttpSd.Core.Definitions;

namespace HttpSd.SdServer.Reload;

/// <summary>The sentence of a reload's answer: what was cleared, and what was not and why.</summary>
internal static class ReloadMessage
{
    private const string Cleared =
        "Cache cleared and job enqueued for regeneration. Please try again without ?reload=true";

    // A prefix may have thousands below it.
    private const int MostNamed = 10;

    /// <summary>The sentence.</summary>
    /// <param name="reloaded">How many generators were reloaded.</param>
    /// <param name="kept">Those whose list stays, because nothing would make it again.</param>
    public static string Of(int reloaded, IReadOnlyList<GeneratorDefinition> kept)
    {
        if (kept.Count == 0)
            return Cleared;
        if (reloaded == 0)
        {
            return "Nothing was cleared and no job was enqueued. "
                + (kept is [var only] ? Why(only) : $"Nothing would make these lists again, so they stay: {Named(kept)}");
        }
        return $"{Cleared}. Not cleared, because nothing would make these lists again: {Named(kept)}";
    }

    private static string Why(GeneratorDefinition kept) => kept.Runtime == GeneratorRuntime.Static
        ? "The targets stand in the definition itself (staticTargets): there is nothing to generate"
        : "The generator is suspended: no run would make its list again, so the last good one stays. Set suspend to false first";

    private static string Named(IReadOnlyList<GeneratorDefinition> kept)
    {
        var names = string.Join(
            ", ", kept.Take(MostNamed).Select(d => $"{d.Path} ({(d.Runtime == GeneratorRuntime.Static ? "staticTargets" : "suspended")})"));
        return kept.Count > MostNamed ? $"{names} and {kept.Count - MostNamed} more" : names;
    }
}
