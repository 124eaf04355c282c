using System.Globalization;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Connection;
using StackExchange.Redis;

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

/// <summary>What storing or removing a definition came to.</summary>
/// <param name="Revision">Of the definition.</param>
/// <param name="Changed">False: the store held exactly this already.</param>
public readonly record struct DefinitionWrite(long Revision, bool Changed)
{
    /// <summary>The pool that the definition has left; null when it is in the same, or new.</summary>
    public string? LeftPool { get; init; }
}

/// <summary>What is stored at a path.</summary>
/// <param name="Exists">Something is.</param>
/// <param name="Complete">A publisher has said that everything is published: what isn't there was removed.</param>
/// <param name="Definition">Null: nothing is stored, or a schema that isn't known here.</param>
public sealed record StoredAt(bool Exists, bool Complete, GeneratorDefinition? Definition)
{
    /// <summary>The definition was removed, and not only lost or not understood.</summary>
    public bool IsRemoved => Complete && !Exists;
}

/// <summary>A pool in which jobs of a path may still be: its definition was removed or has moved to another pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Path">The generator's path.</param>
/// <param name="FullPath">Of its run without parameters.</param>
public sealed record RemovalNote(string Pool, string Path, string FullPath)
{
    internal string Field => Pool + "/" + Path;
}

/// <summary>The published definitions.</summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class DefinitionStore(RedisConnection redis)
{
    /// <summary>Publishes one definition; the revision, and whether that changed anything.</summary>
    public Task<DefinitionWrite> PublishAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        WriteAsync(
            DefinitionJson.Write(script.Definition),
            script.Script,
            new RemovalNote(script.Definition.WorkerPool, script.Definition.Path, BareRun.KeyOf(script.Definition).FullPath),
            cancellationToken);

    /// <summary>Removes one definition and notes that its jobs and results have to follow.</summary>
    public Task<DefinitionWrite> RemoveAsync(RemovalNote note, CancellationToken cancellationToken) =>
        WriteAsync("", "", note, cancellationToken);

    /// <summary>Pools in which jobs of removed or moved definitions may still be.</summary>
    public Task<IReadOnlyList<RemovalNote>> ReadRemovalsAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlyList<RemovalNote>>(
            async (db, keys) =>
            [
                .. from note in await db.HashGetAllAsync(keys.Removals)
                   let field = note.Name.ToString().Split('/', 2)
                   where field.Length == 2
                   select new RemovalNote(field[0], field[1], note.Value.ToString()),
            ],
            cancellationToken);

    /// <summary>Nothing is left of it.</summary>
    public Task EndRemovalAsync(RemovalNote note, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.HashDeleteAsync(keys.Removals, note.Field), cancellationToken);

    /// <summary>
    /// What is stored at a path: whether anything is, and the definition unless its schema isn't known here. Nothing
    /// stored is a removal only when <see cref="StoredAt.Complete"/>: Redis may have lost its data.
    /// </summary>
    public Task<StoredAt> ReadAtAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync(async (db, keys) =>
        {
            // One transaction: between two reads the data could be lost and published again.
            var both = db.CreateTransaction();
            var header = both.HashGetAsync(keys.Definitions[0], path);
            var epoch = both.HashExistsAsync(keys.Definitions[2], "epoch");
            await both.ExecuteAsync();
            var stored = (string?)await header;
            return new StoredAt(stored is not null, await epoch, stored is null ? null : Parse(stored, out _)?.Definition);
        }, cancellationToken);

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

    private Task<DefinitionWrite> WriteAsync(string header, string script, RemovalNote place, CancellationToken cancellationToken) =>
        redis.BulkAsync(async (db, keys) =>
        {
            var answer = (RedisResult[])(await DefinitionScripts.Publish.RunAsync(
                db,
                [.. keys.Definitions, keys.Removals],
                place.Path,
                header,
                script,
                keys.DefinitionsChanged.ToString(),
                place.Pool,
                place.FullPath))!;
            return new DefinitionWrite((long)answer[0], (int)answer[1] == 1)
            {
                LeftPool = (string?)answer[2] is { Length: > 0 } left ? left : null,
            };
        }, cancellationToken);
}
