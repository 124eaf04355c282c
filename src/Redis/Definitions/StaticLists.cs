using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;

namespace HttpSd.Redis.Definitions;

/// <summary>Stores the lists that no worker makes.</summary>
public sealed class StaticLists(DefinitionStore store, ResultCache cache, ParameterSets sets)
{
    // The publisher has judged the list by its own settings, which a reader doesn't know, and published it as it
    // is to be served.
    private static readonly TargetListLimits AsPublished =
        new() { Normalize = false, Utf8LabelNames = true, MaxTargets = int.MaxValue, MaxBytes = int.MaxValue };

    /// <summary>The one full path of a static generator: it ignores parameters.</summary>
    public static string FullPath(string path) => new RequestKey(path, []).FullPath;

    /// <summary>The list of a static generator, or why it can't be stored.</summary>
    public static TargetListResult Build(GeneratorScript script, TargetListLimits limits) =>
        TargetListBuilder.Build(Encoding.UTF8.GetBytes(script.Script), limits);

    /// <summary>Stores a static generator's list.</summary>
    /// <param name="definition">The generator.</param>
    /// <param name="list">Its list.</param>
    /// <param name="token">Refused when a list with a higher one is stored; 0: a fresh one.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task StoreAsync(GeneratorDefinition definition, TargetList list, long token, CancellationToken cancellationToken)
    {
        var fullPath = FullPath(definition.Path);
        await sets.AdmitAsync(definition, fullPath, TimeSpan.Zero, cancellationToken);
        await cache.CommitAsync(
            new ResultCommit(
                fullPath,
                token,
                list.ETag,
                list.Body,
                BodyGzip.Compress(list.Body),
                definition.CacheTtl,
                TimeSpan.Zero,
                Retention: TimeSpan.Zero,
                list.TargetCount,
                list.GroupCount,
                TimeSpan.Zero,
                definition.Hash,
                list.Warnings),
            cancellationToken);
    }

    /// <summary>
    /// Stores the list of a published static generator again, for a reader that didn't find it; nothing when what
    /// is published is no list.
    /// </summary>
    /// <param name="path">The generator's path.</param>
    /// <param name="missedAt">When it wasn't there, by Redis' clock: what the publisher has stored since is newer.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RestoreAsync(string path, DateTimeOffset missedAt, CancellationToken cancellationToken)
    {
        if (await store.ReadScriptAsync(path, cancellationToken) is not { } published
            || published.Script.Definition.Runtime != GeneratorRuntime.Static
            || Build(published.Script, AsPublished).List is not { } list)
            return;
        await StoreAsync(published.Script.Definition, list, missedAt.ToUnixTimeMilliseconds() * 1000, cancellationToken);
        // A generator removed meanwhile leaves no key behind.
        if (await store.ReadScriptAsync(path, cancellationToken) is not null)
            return;
        await cache.DeleteAsync([FullPath(path)], cancellationToken);
        await cache.DeleteVariantsAsync(path, cancellationToken);
    }
}
