using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Redis.Tests.Definitions;
using HttpSd.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace HttpSd.Redis.Tests.Topologies;

/// <summary>The whole way of a target list, and every script of it, over one connection.</summary>
internal sealed class Journey : IAsyncDisposable
{
    private const string Pool = Keys.DefaultPool;
    private const string A = "/targets/a";

    private readonly RedisConnection connection;
    private readonly JobQueue queue;
    private readonly ResultCache cache;
    private readonly DefinitionPublisher publisher;
    private readonly DefinitionWatcher watcher;

    public Journey(RedisOptions options)
    {
        connection = new RedisConnection(Options.Create(options));
        queue = new JobQueue(connection, Options.Create(new QueueOptions()), TimeProvider.System);
        cache = new ResultCache(connection);
        var store = new DefinitionStore(connection);
        publisher = new DefinitionPublisher(store, queue, cache);
        watcher = new DefinitionWatcher(connection, store, TimeProvider.System, NullLogger<DefinitionWatcher>.Instance);
    }

    public RedisConnection Connection => connection;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async Task GoAsync()
    {
        var heard = new ConcurrentQueue<string>();
        await connection.SubscribeAsync(k => k.Changed, heard.Enqueue, Stop);
        await publisher.PublishAsync([Scripts.Python("a"), Scripts.Static("s", """[{"targets":["h:1"]}]""")], Stop);
        await watcher.StartAsync(Stop);
        (await UntilAsync(() => Task.FromResult(watcher.Table.Count), count => count == 2)).Should().Be(2);

        // Enqueued by the publication, claimed, beaten, stored, acknowledged.
        var job = (await queue.ClaimAsync(Pool, "worker-1", new CrowdingGenerator("/targets/other", false), Stop))!;
        job.FullPath.Should().Be(A);
        (await connection.ControlAsync((db, keys) => db.ListLengthAsync(keys.Processing(Pool)), Stop)).Should().Be(1);
        (await queue.BeatAsync(Pool, [(job, TimeSpan.FromMinutes(1))], Stop)).Should().Equal(LeaseState.Held);
        var body = "[" + new string(' ', 100_000) + "]";
        (await cache.CommitAsync(Results.Of(job.Token, body, A), Stop)).Should().Be(CommitOutcome.Stored);
        (await queue.FinishAsync(job, FinishMode.Done, Stop)).Should().BeTrue();
        var entry = await cache.ReadAsync(A, Stop);
        Encoding.UTF8.GetString((await cache.ReadBodyAsync(A, entry.Result!.ETag, Stop))!.Value.Span).Should().Be(body);
        (await UntilAsync(() => Task.FromResult(heard.Contains(A)), found => found)).Should().BeTrue();

        // A reload during a run, and a failure of the next.
        await queue.EnqueueAsync(Pool, RequestKey.Parse(A), 0, reload: false, Stop);
        var late = (await queue.ClaimAsync(Pool, "worker-1", Stop))!;
        var reload = await queue.EnqueueAsync(Pool, RequestKey.Parse(A), 0, reload: true, Stop);
        (await cache.ClearAsync(A, reload.Floor, Stop)).Result.Should().BeTrue();
        (await cache.IsVoidAsync(A, late.Token, Stop)).Should().BeTrue();
        (await cache.CommitAsync(Results.Of(late.Token, "[]", A), Stop)).Should().Be(CommitOutcome.Superseded);
        (await queue.FinishAsync(late, FinishMode.Again, Stop)).Should().BeTrue();
        var next = (await queue.ClaimAsync(Pool, "worker-1", Stop))!;
        await cache.FailAsync(A, next.Token, Results.Error(), TimeSpan.FromHours(1), TimeSpan.FromSeconds(5), Stop);
        (await queue.SweepAsync(Pool, Stop)).Should().BeEquivalentTo(new SweepReport(0, 0, 0, []));
        (await queue.FinishAsync(next, FinishMode.Done, Stop)).Should().BeTrue();

        // A parameter set makes room, a definition changes, all of it goes.
        var sets = new ParameterSets(queue, cache);
        var small = Scripts.Python("a").Definition with { MaxVariants = 1 };
        (await sets.AdmitAsync(small, A + "?x=1", TimeSpan.Zero, Stop)).Should().BeTrue();
        (await cache.ReadVariantsAsync("a", Stop)).Should().Equal(A + "?x=1");
        await publisher.PublishAsync([], Stop);
        (await UntilAsync(() => Task.FromResult(watcher.Table.Count), count => count == 0)).Should().Be(0);
        (await queue.ReadTotalsAsync(Pool, Stop)).Should().BeEquivalentTo(new { Pending = 0, Processing = 0 });
        (await cache.ReadAsync("/targets/s", Stop)).Result.Should().BeNull();
    }

    public Task<EnqueueResult> EnqueueAsync(string path) =>
        queue.EnqueueAsync(Pool, new RequestKey(path, []), 0, reload: false, Stop);

    public Task<ClaimedJob?> ClaimAsync() => queue.ClaimAsync(Pool, "worker-1", Stop);

    public Task<bool> FinishAsync(ClaimedJob job) => queue.FinishAsync(job, FinishMode.Done, Stop);

    public async Task<LeaseState> BeatAsync(ClaimedJob job) => (await queue.BeatAsync(Pool, [(job, TimeSpan.FromMinutes(1))], Stop))[0];

    public Task<SweepReport?> SweepAsync() => queue.SweepAsync(Pool, Stop);

    public Task<QueueTotals> TotalsAsync() => queue.ReadTotalsAsync(Pool, Stop);

    public Task<CommitOutcome> CommitAsync(ResultCommit commit) => cache.CommitAsync(commit, Stop);

    public Task<CacheEntry> ReadAsync(string fullPath) => cache.ReadAsync(fullPath, Stop);

    /// <summary>The first observation that holds, or the last one after a minute; outages are waited for.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> observe, Func<T, bool> holds)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var late = Stopwatch.GetElapsedTime(started) > Slowness.Bound(15);
            try
            {
                var seen = await observe();
                if (late || holds(seen))
                    return seen;
            }
            catch (StoreUnavailableException) when (!late)
            {
            }
            await Task.Delay(50, Stop);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await watcher.StopAsync(CancellationToken.None);
        watcher.Dispose();
        await connection.DisposeAsync();
    }
}
