using HttpSd.Redis.Connection;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Redis.Tests.Topologies;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Faults;

/// <summary>A Redis that answers but refuses: it is told of as unavailable with the reason, and used again once it takes what it is given.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("memory is full", "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "OOM")]
    [InlineData("a replica's role", "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "READONLY")]
    [InlineData("too few replicas", "CONFIG SET min-replicas-to-write 1", "CONFIG SET min-replicas-to-write 0", "NOREPLICAS")]
    [InlineData("a right is taken away", "ACL SETUSER default -evalsha -eval", "ACL SETUSER default +evalsha +eval", "NOPERM")]
    [InlineData("keys are taken away", "ACL SETUSER default resetkeys ~other:*", "ACL SETUSER default allkeys", "NOPERM")]
    public async Task What_is_refused_is_said_and_lost_is_nothing(string what, string refuse, string allow, string reason)
    {
        await using var redis = await RedisServer.StartAsync();
        await using var journey = new Journey(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(5) });
        await Journey.UntilAsync(() => journey.EnqueueAsync("before"), _ => true);
        var job = (await journey.ClaimAsync())!;
        await using var hand = await redis.ConnectAsync();
        await RunAsync(hand, refuse);

        var enqueue = () => journey.EnqueueAsync("during");
        var commit = () => journey.CommitAsync(Results.Of(job.Token, "[]", job.FullPath));
        (await enqueue.Should().ThrowAsync<StoreUnavailableException>(what)).Which.Message.Should().Contain(reason);
        (await commit.Should().ThrowAsync<StoreUnavailableException>(what)).Which.IsOutage.Should().BeFalse("the store is there");
        await RunAsync(hand, allow);

        await journey.CommitAsync(Results.Of(job.Token, "[]", job.FullPath));
        (await journey.FinishAsync(job)).Should().BeTrue();
        (await journey.EnqueueAsync("during")).Pending.Should().Be(1);
        (await journey.ReadAsync(job.FullPath)).Result!.Token.Should().Be(job.Token);
        (await journey.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 1, Processing = 0, Completed = 1 });
    }

    [Fact]
    public async Task A_Redis_with_no_place_for_one_more_client_serves_those_that_it_has_and_lets_in_who_comes_later()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var journey = new Journey(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(5) });
        await Journey.UntilAsync(() => journey.EnqueueAsync("a"), _ => true);
        await using var hand = await redis.ConnectAsync();
        await RunAsync(hand, "CONFIG SET maxclients 1");

        await using var late = new Journey(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(1) });
        var refused = () => late.EnqueueAsync("b");
        await refused.Should().ThrowAsync<StoreUnavailableException>();
        (await journey.EnqueueAsync("b")).Pending.Should().Be(2);
        await RunAsync(hand, "CONFIG SET maxclients 1000");

        (await Journey.UntilAsync(() => late.EnqueueAsync("c"), _ => true)).Pending.Should().Be(3);
    }

    private static async Task RunAsync(StackExchange.Redis.IConnectionMultiplexer hand, string command)
    {
        var words = command.Split(' ');
        await hand.GetDatabase().ExecuteAsync(words[0], [.. words[1..]]);
    }
}
