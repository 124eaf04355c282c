using System.Security.Cryptography;
using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Operator.Entities;

namespace HttpSd.Operator.Reconcile;

/// <summary>What the annotation <c>httpsd.io/reload</c> asks for.</summary>
/// <param name="Handled">What to echo in the status: the token that counts as handled.</param>
/// <param name="Path">The path to reload; null: none.</param>
/// <param name="Message">For the event; null: nothing was asked, or it has to wait.</param>
/// <param name="Waits">What it waits for, as long as it does.</param>
internal sealed record Reload(string? Handled, string? Path, string? Message, string? Waits = null)
{
    private const int MaxToken = 256;

    /// <summary>Each value counts once: it is acted upon or answered, and then echoed.</summary>
    public static Reload Decide(TargetGenerator entity, Publication publication, StoredDefinitions stored, bool reachable)
    {
        var handled = entity.Status?.LastHandledReload;
        var value = entity.Metadata.Annotations?.TryGetValue(TargetGenerator.ReloadAnnotation, out var given) == true ? given : null;
        var token = Token(value ?? "");
        if (token.Length == 0 || token == handled)
            return new Reload(handled, null, null);

        // Until there is something to reload, or Redis is back, it waits. Nobody reloaded what was created with it.
        var waits = entity.Status?.ObservedGeneration is null ? null : $"reload {token} waits";
        if (!reachable)
            return new Reload(handled, null, null, waits is null ? null : $"{waits}: Redis can't be reached; it is carried out when Redis is back");
        if (!publication.Allowed && stored.LastGood is null)
            return new Reload(handled, null, null, waits is null ? null : $"{waits}: nothing is published yet; the condition Published says why");
        // Created with the annotation: nobody reloaded it, so there is no event.
        if (entity.Status?.ObservedGeneration is null)
            return new Reload(token, null, null);
        // It has waited, and what is published now is made anew anyway.
        if (stored.LastGood is null)
            return new Reload(token, null, $"reload {token}: there was nothing to clear, '{publication.Generator!.Definition.Path}' is published anew");
        // What can't be made again stays.
        if (!(publication.Allowed ? MayRun(publication.Generator!.Definition) : stored.LastGood.Runs))
            return new Reload(token, null, $"reload {token}: nothing was cleared, there are no runs to make the list anew");
        var path = publication.Allowed ? publication.Generator!.Definition.Path : stored.LastGood.Path;
        return new Reload(token, path, $"reload {token}: every list of '{path}' was cleared and a run was asked for");
    }

    /// <summary>The value as it is echoed: itself, or where the status has no room, its start and its digest.</summary>
    public static string Token(string value)
    {
        if (value.Length <= MaxToken)
            return value;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(value)))[..16];
        return $"{Sentence.Bounded(value, MaxToken - digest.Length - 1)} {digest}";
    }

    private static bool MayRun(GeneratorDefinition definition) =>
        !definition.Suspend && definition.Runtime != GeneratorRuntime.Static;
}
