using StackExchange.Redis;

namespace HttpSd.Redis;

/// <summary>
/// Every key and channel, and nothing else makes one. Two domains that no script spans: the queue of a pool
/// lives in one cluster slot, the results spread over the slots by path.
/// </summary>
/// <param name="Prefix"><c>Redis:KeyPrefix</c>; goes before every key, in a cluster inside the tag.</param>
/// <param name="Cluster">Redis Cluster: only there the processing list has a tagged name.</param>
public sealed record Keys(string Prefix, bool Cluster)
{
    /// <summary>The pool that has the list names without a suffix.</summary>
    public const string DefaultPool = "default";

    /// <summary>LIST of the pending jobs, pushed left, taken right.</summary>
    public RedisKey Pending(string pool) => Prefix + Bare(pool);

    /// <summary>LIST of the running jobs, the longest-running left.</summary>
    public RedisKey Processing(string pool) =>
        Cluster ? Tagged(Bare(pool), ":processing") : Prefix + Bare(pool) + ":processing";

    /// <summary>The six keys of a pool's queue, in the order that its scripts take them.</summary>
    public RedisKey[] Queue(string pool) =>
    [
        Pending(pool),
        Processing(pool),
        Tagged(Bare(pool), ":jobs"),
        Tagged(Bare(pool), ":lease"),
        Tagged(Bare(pool), ":ctl"),
        Tagged(Bare(pool), ":waiting"),
    ];

    /// <summary>Channel: there is work in the pool's queue.</summary>
    public RedisChannel Wake(string pool) => RedisChannel.Literal(Prefix + Bare(pool) + ":wake");

    /// <summary>HASH of what is known of a result: token, times, ETag, error.</summary>
    public RedisKey Meta(string fullPath) => Path(fullPath, ":m");

    /// <summary>STRING: the ETag, a line feed, the body as it is served.</summary>
    public RedisKey Body(string fullPath) => Path(fullPath, ":v");

    /// <summary>STRING: the ETag, a line feed, the body gzipped.</summary>
    public RedisKey Gzip(string fullPath) => Path(fullPath, ":z");

    /// <summary>The three keys of a result, in the order that its scripts take them.</summary>
    public RedisKey[] Result(string fullPath) => [Meta(fullPath), Body(fullPath), Gzip(fullPath)];

    /// <summary>ZSET of a generator's full paths by the time each was last asked for.</summary>
    public RedisKey Variants(string path) => Cluster ? $"httpsd:x:{{{Prefix}{path}}}" : $"{Prefix}httpsd:x:{{{path}}}";

    /// <summary>Channel: what is known of a full path has changed.</summary>
    public RedisChannel Changed => RedisChannel.Literal(Prefix + "httpsd:changed");

    /// <summary>Channel: the last run of a full path came to something else than the one before.</summary>
    public RedisChannel Outcomes => RedisChannel.Literal(Prefix + "httpsd:outcomes");

    /// <summary>Channel: token, blank, full path: results up to this token are gone on purpose.</summary>
    public RedisChannel Cleared => RedisChannel.Literal(Prefix + "httpsd:cleared");

    /// <summary>
    /// The four keys of the definitions, in one slot: HASH of definitions, HASH of scripts, HASH of
    /// <c>epoch</c> and <c>rev</c>, LIST of the paths changed last.
    /// </summary>
    public RedisKey[] Definitions =>
    [
        Prefix + "httpsd:defs",
        Tagged("httpsd:defs", ":scripts"),
        Tagged("httpsd:defs", ":meta"),
        Tagged("httpsd:defs", ":changes"),
    ];

    /// <summary>HASH of the pools that a definition has left, or was removed from: pool/path to the full path without parameters.</summary>
    public RedisKey Removals => Tagged("httpsd:defs", ":removals");

    /// <summary>HASH of the definitions published without a run asked for so far: path to revision.</summary>
    public RedisKey Demands => Tagged("httpsd:defs", ":demands");

    /// <summary>HASH of the reloads carried out, by who asked: each value counts once.</summary>
    public RedisKey Reloads => Tagged("httpsd:defs", ":reloads");

    /// <summary>Channel: a definition has changed.</summary>
    public RedisChannel DefinitionsChanged => RedisChannel.Literal(Prefix + "httpsd:defs:changed");

    private static string Bare(string pool) =>
        pool == DefaultPool ? "target_generation_queue" : "target_generation_queue." + pool;

    // A name without braces hashes to the slot of its own text in braces, so the list keeps its plain name.
    private string Tagged(string name, string suffix) =>
        Cluster ? $"{{{Prefix}{name}}}{suffix}" : $"{Prefix}{{{name}}}{suffix}";

    private string Path(string fullPath, string suffix) =>
        Cluster ? $"httpsd:t:{{{Prefix}{fullPath}}}{suffix}" : $"{Prefix}httpsd:t:{{{fullPath}}}{suffix}";
}
