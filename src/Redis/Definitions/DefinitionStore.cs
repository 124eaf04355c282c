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

/// <summary>The published definitions.</summary>
/// <remarks>All methods throw <see cref="StoreUnavailableException"/> when Redis can't be reached.</remarks>
public sealed class DefinitionStore(RedisConnection redis)
{
    /// <summary>Publishes one definition and, when it has runs, notes that one has to be asked for.</summary>
    public Task<DefinitionWrite> PublishAsync(GeneratorScript script, CancellationToken cancellationToken) =>
        WriteAsync(
            DefinitionJson.Write(script.Definition),
            script.Script,
            RemovalNote.Of(script.Definition.Path, script.Definition),
            owes: !script.Definition.Suspend && script.Definition.Runtime != GeneratorRuntime.Static,
            cancellationToken);

    /// <summary>Removes one definition and notes that its jobs and results have to follow.</summary>
    public Task<DefinitionWrite> RemoveAsync(RemovalNote note, CancellationToken cancellationToken) =>
        WriteAsync("", "", note, owes: false, cancellationToken);

    /// <summary>Paths whose definition was published, and nobody has said that its run was asked for.</summary>
    public Task<IReadOnlySet<string>> ReadDemandsAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<IReadOnlySet<string>>(
            async (db, keys) => (await db.HashKeysAsync(keys.Demands)).Select(p => p.ToString()).ToHashSet(StringComparer.Ordinal),
            cancellationToken);

    /// <summary>Whether one path is among them.</summary>
    public Task<bool> OwesDemandAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.HashExistsAsync(keys.Demands, path), cancellationToken);

    /// <summary>The run of a published definition was asked for.</summary>
    public Task EndDemandAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync((db, keys) => db.HashDeleteAsync(keys.Demands, path), cancellationToken);

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

    /// <summary>Every definition, read in pieces: all at once would be large.</summary>
    public Task<StoredSet> ReadAllAsync(CancellationToken cancellationToken) =>
        redis.BulkAsync(async (db, keys) =>
        {
            // A piece may bring again what an earlier one had.
            var known = new Dictionary<string, PublishedDefinition>(StringComparer.Ordinal);
            var unknown = new Dictionary<string, UnknownDefinition>(StringComparer.Ordinal);
            await foreach (var entry in db.HashScanAsync(keys.Definitions[0], pageSize: 500).WithCancellation(cancellationToken))
            {
                var path = entry.Name.ToString();
                if (Parse(entry.Value!, out var problem) is { } published)
                    known[path] = published;
                else
                    unknown[path] = UnknownDefinition.Read(path, entry.Value!, problem!);
            }
            return new StoredSet([.. known.Values], [.. unknown.Values.Where(u => !known.ContainsKey(u.Path))]);
        }, cancellationToken);

    /// <summary>Whether something is stored at the path that this build can't read.</summary>
    public Task<bool> IsUnknownAsync(string path, CancellationToken cancellationToken) =>
        redis.ControlAsync(
            async (db, keys) => (string?)await db.HashGetAsync(keys.Definitions[0], path) is { } stored && Parse(stored, out _) is null,
            cancellationToken);

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

    /// <summary>The epoch, the revision and the paths stored now.</summary>
    public Task<(string Epoch, long Revision, IReadOnlyList<string> Paths)> ReadPathsAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync<(string, long, IReadOnlyList<string>)>(async (db, keys) =>
        {
            var state = StateAsync(db, keys);
            var paths = db.HashKeysAsync(keys.Definitions[0]);
            var (epoch, revision) = await state;
            return (epoch, revision, (await paths).Select(p => p.ToString()).ToList());
        }, cancellationToken);

    /// <summary>The epoch, empty after a loss of data, and the revision of the newest change.</summary>
    public Task<(string Epoch, long Revision)> ReadStateAsync(CancellationToken cancellationToken) =>
        redis.ControlAsync(StateAsync, cancellationToken);

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

    private static async Task<(string Epoch, long Revision)> StateAsync(IDatabase db, Keys keys)
    {
        var state = await db.HashGetAsync(keys.Definitions[2], ["epoch", "rev"]);
        return ((string?)state[0] ?? "", state[1].TryParse(out long revision) ? revision : 0);
    }

    private Task<DefinitionWrite> WriteAsync(
        string header, string script, RemovalNote place, bool owes, CancellationToken cancellationToken) =>
        redis.BulkAsync(async (db, keys) =>
        {
            var answer = (RedisResult[])(await DefinitionScripts.Publish.RunAsync(
                db,
                [.. keys.Definitions, keys.Removals, keys.Demands],
                place.Path,
                header,
                script,
                keys.DefinitionsChanged.ToString(),
                owes ? 1 : 0,
                place.Pool,
                place.FullPath))!;
            return new DefinitionWrite((long)answer[0], (int)answer[1] == 1, (long)answer[2])
            {
                LeftPool = (string?)answer[3] is { Length: > 0 } left ? left : null,
            };
        }, cancellationToken);
}
