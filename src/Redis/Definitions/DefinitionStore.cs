using System.Globalization;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Connection;

namespace HttpSd.Redis.Definitions;

/// <summary>What a reader has missed since its last look.</summary>
/// <param name="Epoch">Set by a publisher that has published everything; empty: Redis lost its data, or never had any.</param>
/// <param name="Revision">Of the newest change.</param>
/// <param name="Complete"><see cref="Changed"/> is every definition that there is.</param>
/// <param name="Changed">Path and stored text of each; null text: removed.</param>
public sealed record DefinitionChanges(
    string Epoch,
    long Revision,
    bool Complete,
    IReadOnlyList<(string Path, string? Stored)> Changed);

/// <summary>The published definitions.</summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class DefinitionStore(RedisConnection redis)
{
    /// <summary>Publishes one definition; the revision, and whether that changed anything.</summary>
    public Task<(long Revision, bool Changed)> PublishAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        WriteAsync(script.Definition.Path, DefinitionJson.Write(script.Definition), script.Script, cancellationToken);

    /// <summary>Removes one definition and notes that its jobs and results have to follow.</summary>
    public Task<(long Revision, bool Changed)> RemoveAsync(string path, string pool, CancellationToken cancellationToken) =>
        WriteAsync(path, "", pool, cancellationToken);

    /// <summary>Removed definitions whose jobs and results may still be there, with their pools.</summary>
    public Task<IReadOnlyDictionary<string, string>> ReadRemovalsAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlyDictionary<string, string>>(
            async (db, keys) => (await db.HashGetAllAsync(keys.Removals)).ToDictionary(r => r.Name.ToString(), r => r.Value.ToString()),
            cancellationToken);

    /// <summary>Nothing is left of a removed definition.</summary>
    public Task EndRemovalAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.HashDeleteAsync(keys.Removals, path), cancellationToken);

    /// <summary>What changed since an epoch and a revision.</summary>
    public Task<DefinitionChanges> ReadChangesAsync(string epoch, long revision, CancellationToken cancellationToken) =>
        // By the connection for bodies: all definitions together may be megabytes.
        redis.BulkAsync(async (db, keys) =>
        {
            var answer = (string?[])(await DefinitionScripts.Changes.RunAsync(db, keys.Definitions, epoch, revision))!;
            var changed = new List<(string, string?)>();
            for (var i = 3; i + 1 < answer.Length; i += 2)
                changed.Add((answer[i]!, answer[i + 1] is { Length: > 0 } stored ? stored : null));
            return new DefinitionChanges(
                answer[0] ?? "", long.Parse(answer[1]!, CultureInfo.InvariantCulture), answer[2] == "all", changed);
        }, cancellationToken);

    /// <summary>Every definition that this build knows, read in pieces: all at once would be large.</summary>
    public Task<IReadOnlyList<PublishedDefinition>> ReadAllAsync(CancellationToken cancellationToken) =>
        redis.BulkAsync<IReadOnlyList<PublishedDefinition>>(async (db, keys) =>
        {
            // A piece may bring again what an earlier one had.
            var all = new Dictionary<string, PublishedDefinition>(StringComparer.Ordinal);
            await foreach (var entry in db.HashScanAsync(keys.Definitions[0], pageSize: 500).WithCancellation(cancellationToken))
            {
                if (Parse(entry.Value!, out _) is { } published)
                    all[published.Definition.Path] = published;
            }
            return [.. all.Values];
        }, cancellationToken);

    /// <summary>A definition with its script as they are now; null when there is none, or its schema isn't known here.</summary>
    public Task<(GeneratorScript Script, long Revision)?> ReadScriptAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync<(GeneratorScript, long)?>(async (db, keys) =>
        {
            // One transaction, so that header and script are of one revision.
            var both = db.CreateTransaction();
            var header = both.HashGetAsync(keys.Definitions[0], path);
            var script = both.HashGetAsync(keys.Definitions[1], path);
            await both.ExecuteAsync();
            var stored = (string?)await header;
            return stored is not null && Parse(stored, out _) is { } published && (string?)await script is { } text
                ? (new GeneratorScript(published.Definition, text), published.Revision)
                : null;
        }, cancellationToken);

    /// <summary>
    /// Whether a path has no definition although everything is published: then it was removed. Without the seal
    /// what is missing may still come.
    /// </summary>
    public Task<bool> IsGoneAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            // One transaction: Redis may lose its data between two reads.
            var both = db.CreateTransaction();
            var epoch = both.HashGetAsync(keys.Definitions[2], "epoch");
            var there = both.HashExistsAsync(keys.Definitions[0], path);
            await both.ExecuteAsync();
            return !(await epoch).IsNullOrEmpty && !await there;
        }, cancellationToken);

    /// <summary>The epoch and the paths stored now.</summary>
    public Task<(string Epoch, IReadOnlyList<string> Paths)> ReadPathsAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<(string, IReadOnlyList<string>)>(async (db, keys) =>
        {
            var epoch = db.HashGetAsync(keys.Definitions[2], "epoch");
            var paths = db.HashKeysAsync(keys.Definitions[0]);
            return ((string?)await epoch ?? "", (await paths).Select(p => p.ToString()).ToList());
        }, cancellationToken);

    /// <summary>The epoch: empty after a loss of data.</summary>
    public Task<string> ReadEpochAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) => (string?)await db.HashGetAsync(keys.Definitions[2], "epoch") ?? "", cancellationToken);

    /// <summary>Says that everything is published; readers may now take a missing definition for a removed one.</summary>
    public Task SealAsync(string epoch, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            await db.HashSetAsync(keys.Definitions[2], "epoch", epoch);
            await db.PublishAsync(keys.DefinitionsChanged, "1");
            return true;
        }, cancellationToken);

    /// <summary>Reads a stored text; null with the problem when it is not a definition that this build knows.</summary>
    public static PublishedDefinition? Parse(string stored, out string? problem)
    {
        var split = stored.IndexOf('\n', StringComparison.Ordinal);
        string[] numbers = split < 0 ? [] : stored[..split].Split(' ');
        if (numbers is not [var first, .. var more] || !long.TryParse(first, CultureInfo.InvariantCulture, out var revision))
        {
            problem = "it has no revision";
            return null;
        }
        return DefinitionJson.Read(stored[(split + 1)..], out problem) is { } definition
            ? new PublishedDefinition(definition, revision) { Since = Since(more) }
            : null;
    }

    private static DateTimeOffset Since(string[] numbers) =>
        numbers is [var since] && long.TryParse(since, CultureInfo.InvariantCulture, out var milliseconds)
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : DateTimeOffset.UnixEpoch;

    private Task<(long Revision, bool Changed)> WriteAsync(string path, string header, string script, CancellationToken cancellationToken) =>
        redis.BulkAsync(async (db, keys) =>
        {
            var answer = (long[])(await DefinitionScripts.Publish.RunAsync(
                db, [.. keys.Definitions, keys.Removals], path, header, script, keys.DefinitionsChanged.ToString()))!;
            return (answer[0], answer[1] == 1);
        }, cancellationToken);
}
