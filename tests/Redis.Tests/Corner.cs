using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests;

/// <summary>One test's own corner of a store: the room's services under a key prefix that nobody else has.</summary>
internal sealed class Corner : IAsyncDisposable
{
    public const string Pool = Keys.DefaultPool;

    private readonly Stores stores;
    private readonly StoreKind kind;
    private readonly RedisConnection connection;

    /// <param name="stores">Where it is.</param>
    /// <param name="kind">In which of them.</param>
    /// <param name="options">The queue's, when the usual ones won't do.</param>
    /// <param name="prefix">Of a corner that there is already.</param>
    /// <param name="via">The port of a proxy in front of the store; what redis-cli would do goes past it.</param>
    public Corner(Stores stores, StoreKind kind, QueueOptions? options = null, string? prefix = null, int? via = null)
    {
        (this.stores, this.kind) = (stores, kind);
        Prefix = prefix ?? $"{Guid.NewGuid():n}:";
        Options = options ?? new QueueOptions();
        connection = new RedisConnection(Microsoft.Extensions.Options.Options.Create(new RedisOptions
        {
            Url = via is null ? stores.Url(kind) : $"127.0.0.1:{via},asyncTimeout=30000,syncTimeout=30000",
            KeyPrefix = Prefix,
            CommandTimeout = TimeSpan.FromSeconds(30),
        }));
        Queue = new JobQueue(connection, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);
        Cache = new ResultCache(connection);
        Sets = new ParameterSets(Queue, Cache);
        Definitions = new DefinitionStore(connection);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public string Prefix { get; }

    public QueueOptions Options { get; }

    public JobQueue Queue { get; }

    public ResultCache Cache { get; }

    public ParameterSets Sets { get; }

    public DefinitionStore Definitions { get; }

    /// <summary>For what the services don't offer, such as listening.</summary>
    public RedisConnection Connection => connection;

    /// <summary>What redis-cli would be.</summary>
    public IDatabase Db => stores.Database(kind);

    public Keys Keys => new(Prefix, Cluster: false);

    public RedisKey Pending => Keys.Queue(Pool)[0];

    public RedisKey Processing => Keys.Queue(Pool)[1];

    public RedisKey Jobs => Keys.Queue(Pool)[2];

    public RedisKey Leases => Keys.Queue(Pool)[3];

    public RedisKey Control => Keys.Queue(Pool)[4];

    public RedisKey Waiting => Keys.Queue(Pool)[5];

    public DefinitionPublisher NewPublisher(TimeProvider? time = null) => new(Definitions, Queue, Cache, time: time);

    public ReloadLedger Ledger => new(connection, Definitions, Queue, Cache, new ParameterSets(Queue, Cache));

    public PublisherHold NewHold(string word) => new(connection, word);

    public DefinitionWatcher NewWatcher() =>
        new(connection, Definitions, TimeProvider.System, NullLogger<DefinitionWatcher>.Instance);

    public Task<IReadOnlyList<RedisKey>> KeysAsync() => stores.KeysAsync(kind, Prefix);

    public Task<EnqueueResult> EnqueueAsync(string path, long want = 0, bool reload = false) =>
        Queue.EnqueueAsync(Pool, RequestKey.Parse("/targets/" + path), want, reload, Stop);

    public Task<ClaimedJob?> ClaimAsync(string worker = "worker-1") => Queue.ClaimAsync(Pool, worker, Stop);

    public Task<ClaimedJob?> ClaimAsync(CrowdingGenerator? crowding) => Queue.ClaimAsync(Pool, "worker-1", crowding, Stop);

    public async Task<ClaimedJob> MustClaimAsync() =>
        await ClaimAsync() ?? throw new InvalidOperationException("no job waits");

    public async Task<LeaseState> BeatAsync(ClaimedJob job, TimeSpan? longest = null) =>
        (await Queue.BeatAsync(Pool, [(job, longest ?? TimeSpan.FromHours(1))], Stop))[0];

    public Task<bool> FinishAsync(ClaimedJob job, FinishMode mode = FinishMode.Done) => Queue.FinishAsync(job, mode, Stop);

    public Task<QueueTotals> TotalsAsync() => Queue.ReadTotalsAsync(Pool, Stop);

    public Task<JobState?> JobAsync(string path) => Queue.ReadJobAsync(Pool, "/targets/" + path, Stop);

    /// <summary>A sweep that is due, however short ago the last one was.</summary>
    public async Task<SweepReport> SweepAsync()
    {
        await SetLastSweepAsync(Options.SweepInterval);
        return (await Queue.SweepAsync(Pool, Stop))!;
    }

    public async Task SetLastSweepAsync(TimeSpan ago)
    {
        var time = (RedisResult[])(await Db.ExecuteAsync("TIME"))!;
        var now = ((long)time[0] * 1_000_000) + (long)time[1];
        await Db.HashSetAsync(Control, "sweep", now - (long)ago.TotalMicroseconds);
    }

    /// <summary>Makes every lease end long ago: what a dead worker leaves, without waiting for it.</summary>
    public async Task ExpireLeasesAsync()
    {
        foreach (var path in await Db.SortedSetRangeByRankAsync(Leases))
            await Db.SortedSetAddAsync(Leases, path, 1);
    }

    /// <summary>The paths that wait, the next one first.</summary>
    public async Task<IReadOnlyList<string>> PendingAsync() =>
        [.. (await Db.ListRangeAsync(Pending)).Reverse().Select(t => PathOf(t!))];

    /// <summary>The paths that run, the longest-running first.</summary>
    public async Task<IReadOnlyList<string>> ProcessingAsync() =>
        [.. (await Db.ListRangeAsync(Processing)).Select(t => PathOf(t!))];

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static string PathOf(string ticket)
    {
        using var json = JsonDocument.Parse(ticket);
        return json.RootElement.GetProperty("full_path").GetString()!["/targets/".Length..];
    }
}
