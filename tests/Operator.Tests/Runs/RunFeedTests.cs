using System.Collections.Concurrent;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Tests.Runs;

public sealed class RunFeedTests
{
    private const string FullPath = "/targets/a";
    private static readonly EntityKey Older = new("default", "older");
    private static readonly EntityKey Younger = new("default", "younger");

    [Fact]
    public async Task Both_objects_hear_of_a_run_while_its_path_goes_from_one_to_the_other()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(Options.Create(new RedisOptions { Url = server.Url }));
        var cache = new ResultCache(redis);
        var feed = Feed(redis, cache);
        var told = new ConcurrentQueue<EntityKey>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = feed.RunAsync(told.Enqueue, stop.Token);
        var nothing = RunSummary.Of(await cache.ReadAsync(FullPath, stop.Token), overdue: false);
        feed.Follow(FullPath, Older, nothing);
        feed.Follow(FullPath, Younger, nothing);
        await Task.Delay(200, stop.Token);
        told.Should().BeEmpty();

        await CommitAsync(cache, 1);
        await UntilAsync(() => told.Count >= 2);
        told.Should().BeEquivalentTo([Older, Younger]);

        feed.Forget(FullPath, Older);
        await CommitAsync(cache, 2);
        await UntilAsync(() => told.Count >= 3);
        told.Skip(2).Should().Equal(Younger);

        await CommitAsync(cache, 2);
        await Task.Delay(200, stop.Token);
        told.Should().HaveCount(3, "the same again is no news");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_was_told_while_the_connection_was_down_is_looked_up_when_it_is_back()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(Options.Create(new RedisOptions { Url = server.Url }));
        var cache = new ResultCache(redis);
        var feed = Feed(redis, cache);
        var told = new ConcurrentQueue<EntityKey>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = feed.RunAsync(told.Enqueue, stop.Token);
        feed.Follow(FullPath, Older, RunSummary.Of(await cache.ReadAsync(FullPath, stop.Token), overdue: false));
        await Task.Delay(200, stop.Token);
        await using var other = await server.ConnectAsync();

        // In one transaction, so that nobody can come back in between.
        var both = other.GetDatabase().CreateTransaction();
        var killed = both.ExecuteAsync("CLIENT", "KILL", "TYPE", "pubsub");
        var stored = both.HashSetAsync(redis.Keys.Meta(FullPath), [new("fails", 1), new("e", """{"Type":"T","Message":"m"}"""), new("eexp", 4102444800000)]);
        await both.ExecuteAsync();
        await Task.WhenAll(killed, stored);

        await UntilAsync(() => !told.IsEmpty, 200);
        told.Should().Equal(Older);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_job_that_waits_for_long_while_no_list_is_left_is_told_and_so_is_its_end()
    {
        await using var server = await RedisServer.StartAsync();
        await using var redis = new RedisConnection(Options.Create(new RedisOptions { Url = server.Url }));
        var (cache, queue) = (new ResultCache(redis), NewQueue(redis));
        var overdue = new OverdueRuns(_ => "default", queue);
        var stop = TestContext.Current.CancellationToken;
        await CommitAsync(cache, 1);
        (await AskAsync()).Should().BeFalse("there is a list");
        var fresh = await redis.ControlAsync((db, keys) => db.HashGetAsync(keys.Meta(FullPath), "at"), stop);
        await redis.ControlAsync((db, keys) => db.HashSetAsync(keys.Meta(FullPath), "at", 1000), stop);
        (await AskAsync()).Should().BeFalse("nobody asks for it");
        await queue.EnqueueAsync("default", Core.Requests.RequestKey.Parse(FullPath), 0, reload: false, stop);
        (await AskAsync()).Should().BeFalse("it has waited for a moment only");

        await redis.ControlAsync(async (db, keys) => await db.ScriptEvaluateAsync(
            "for _, f in ipairs(redis.call('HKEYS', KEYS[1])) do redis.call('HSET', KEYS[1], f, (redis.call('HGET', KEYS[1], f):gsub('%d%d%d%d%d%d%d%d%d%d%d%d%d', '1000000000000', 1))) end return 1",
            [keys.Queue("default")[2]]), stop);
        (await AskAsync()).Should().BeTrue();

        await redis.ControlAsync((db, keys) => db.HashSetAsync(keys.Meta(FullPath), "at", fresh), stop);
        (await AskAsync()).Should().BeFalse("there is a list again");

        async Task<bool> AskAsync() => await overdue.AskAsync(FullPath, await cache.ReadAsync(FullPath, stop), stop);
    }

    private static RunFeed Feed(RedisConnection redis, ResultCache cache) => new(
        redis, cache, new OverdueRuns(_ => "default", NewQueue(redis)), Options.Create(new OperatorOptions()), TimeProvider.System);

    private static JobQueue NewQueue(RedisConnection redis) => new(redis, Options.Create(new QueueOptions()), TimeProvider.System);

    private static Task<CommitOutcome> CommitAsync(ResultCache cache, int targets) => cache.CommitAsync(
        new ResultCommit(
            FullPath, 0, $"\"{targets}\"", "[]"u8.ToArray(), default, TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromHours(1),
            targets, 1, TimeSpan.Zero, "hash", []),
        TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Func<bool> isSo, int times = 100)
    {
        for (var left = times * Slowness.Factor; left > 0 && !isSo(); left--)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
