using System.Collections.Concurrent;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
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
        var feed = new RunFeed(redis, cache, Options.Create(new OperatorOptions()), TimeProvider.System);
        var told = new ConcurrentQueue<EntityKey>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var running = feed.RunAsync(told.Enqueue, stop.Token);
        var nothing = RunSummary.Of(await cache.ReadAsync(FullPath, stop.Token));
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

    private static Task<CommitOutcome> CommitAsync(ResultCache cache, int targets) => cache.CommitAsync(
        new ResultCommit(
            FullPath, 0, $"\"{targets}\"", "[]"u8.ToArray(), default, TimeSpan.FromMinutes(1), TimeSpan.Zero, TimeSpan.FromHours(1),
            targets, 1, TimeSpan.Zero, "hash", []),
        TestContext.Current.CancellationToken);

    private static async Task UntilAsync(Func<bool> isSo)
    {
        for (var left = 100; left > 0 && !isSo(); left--)
            await Task.Delay(50, TestContext.Current.CancellationToken);
    }
}
