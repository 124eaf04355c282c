using System.Diagnostics;
using System.Globalization;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Discovery;
using HttpSd.SdServer.Memory;
using Microsoft.Extensions.DependencyInjection;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary><c>Prefer: wait</c>, and what happens to a generator meanwhile.</summary>
public sealed class WaitTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string NotFound = """{"error":"not found"}""";

    private static readonly (string, string) Wait = ("Prefer", "wait=9");

    [Fact]
    public async Task A_miss_is_held_until_its_job_has_ended()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"));

        var held = server.GetAsync("/targets/x", ("Prefer", "respond-async, wait=9"));
        await QueuedAsync(server, 1);
        await server.RunNextAsync(Body);

        var reply = await held;
        (reply.Status, reply.Body).Should().Be((200, Body));
    }

    [Fact]
    public async Task An_expired_answer_is_held_until_its_job_has_ended()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body, cacheTtl: AtOnce);
        await Task.Delay(20, TestContext.Current.CancellationToken);

        var held = server.GetAsync("/targets/x", Wait);
        await QueuedAsync(server, 1);
        await server.RunNextAsync(OtherBody);

        var reply = await held;
        (reply.Status, reply.Body, reply["X-Httpsd-Stale"]).Should().Be((200, OtherBody, null));
    }

    [Fact]
    public async Task A_wait_ends_with_the_failure_of_its_job()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"));
        var clock = Stopwatch.StartNew();

        var held = server.GetAsync("/targets/x", Wait);
        await QueuedAsync(server, 1);
        held.IsCompleted.Should().BeFalse();
        await server.FailNextAsync("ValueError", "bad", "", TimeSpan.FromSeconds(30));

        var reply = await held;
        (reply.Status, reply.Body).Should().Be((503, Miss));
        int.Parse(reply["Retry-After"]!, CultureInfo.InvariantCulture).Should().BeGreaterThan(20, "the failure says when to come back");
        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(8), "the wait would have ended at 9 s");
    }

    [Fact]
    public async Task A_wait_ends_at_the_server_s_bound()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxWait=300ms"]);
        await server.PublishQuietlyAsync(Generator("x"));
        var clock = Stopwatch.StartNew();

        (await server.GetAsync("/targets/x", ("Prefer", "wait=60"))).Body.Should().Be(Miss);

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(290)).And.BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Every_list_below_a_prefix_is_asked_for_before_the_first_is_waited_for()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxWait=30s"]);
        await server.PublishQuietlyAsync([.. Enumerable.Range(0, 70).Select(i => Generator($"gw/{i:d2}"))]);

        var held = server.GetAsync("/targets/gw", ("Prefer", "wait=30"));
        (await QueuedAsync(server, 70)).Should().Be(70);
        held.IsCompleted.Should().BeFalse();
        while (await server.ClaimAsync() is { } job)
            await server.RunAsync(job, Body);

        var reply = await held;
        (reply.Status, reply.Body).Should().Be((200, "[" + string.Join(',', Enumerable.Repeat(Body[1..^1], 70)) + "]"));
    }

    [Fact]
    public async Task A_generator_that_is_deleted_meanwhile_is_not_found_and_leaves_no_key()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"), Generator("y"));

        var held = server.GetAsync("/targets/x", Wait);
        await QueuedAsync(server, 1);
        await server.PublishQuietlyAsync(Generator("y"));

        var reply = await held;
        (reply.Status, reply.ContentType, reply.Body).Should().Be((404, "application/json", NotFound));
        (await server.KeysAsync("*{x}*")).Should().BeEmpty();
        (await server.KeysAsync("*targets/x*")).Should().BeEmpty();
        (await server.DrainAsync()).Should().BeEmpty();
        (await server.GetAsync("/metrics")).Body.Should().NotContain("path=\"x\"");
    }

    [Theory]
    [InlineData(true, 200, OtherBody)]
    [InlineData(false, 404, NotFound)]
    public async Task What_is_deleted_meanwhile_is_no_part_of_a_prefix(bool another, int status, string body)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync([Generator("gw/a"), .. Kept()]);

        var held = server.GetAsync("/targets/gw", Wait);
        await QueuedAsync(server, another ? 2 : 1);
        await server.PublishAsync([.. Kept(), Generator("other")]);
        while (await server.ClaimAsync() is { } job)
            await server.RunAsync(job, OtherBody);

        var reply = await held;
        (reply.Status, reply.Body).Should().Be((status, body));

        IEnumerable<Core.Definitions.GeneratorDefinition> Kept() => another ? [Generator("gw/b")] : [];
    }

    [Fact]
    public async Task What_was_to_be_done_later_for_a_deleted_generator_is_not_done()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);
        var gone = server.Services.GetRequiredService<DefinitionWatcher>().Table.Find("x")!;
        await server.PublishQuietlyAsync(Generator("y"));

        var demand = server.Services.GetRequiredService<Demand>();
        var key = new RequestKey("x", []);
        demand.RefreshSoon(gone, key, new MemorySlot("x", key.FullPath), seen: 0);
        demand.TouchSoon(gone, key, new MemorySlot("x", key.FullPath));
        // Even a server that hasn't heard of the deletion yet brings no place back.
        await demand.TouchAsync(gone.Definition, key, TestContext.Current.CancellationToken);
        await TestServer.EventuallyAsync(() => Task.FromResult(demand.Background.Count), left => left == 0);
        await Task.Delay(200, TestContext.Current.CancellationToken);

        (await server.DrainAsync()).Should().BeEmpty();
        (await server.KeysAsync("httpsd:x:*")).Should().Equal("httpsd:x:{y}");
    }

    [Fact]
    public async Task A_list_that_memory_has_no_room_for_is_waited_for_without_haste()
    {
        await using var own = await RedisServer.StartAsync();
        await using var server = await TestServer.StartAsync(own, ["--Server:MaxCacheBytes=0", "--Server:MaxWait=2s"]);
        await server.PublishQuietlyAsync(Generator("x"));
        await using var connection = await own.ConnectAsync();
        var asked = async () => (await connection.GetServers()[0].InfoAsync("commandstats")).SelectMany(g => g)
            .Where(p => p.Key is "cmdstat_eval" or "cmdstat_evalsha")
            .Sum(p => long.Parse(p.Value.Split(',')[0].Split('=')[1], CultureInfo.InvariantCulture));
        var before = await asked();

        (await server.GetAsync("/targets/x", ("Prefer", "wait=2"))).Body.Should().Be(Miss);

        (await asked() - before).Should().BeLessThan(40, "it looks once a second, and the definitions are looked at besides");
    }

    private static Task<double?> QueuedAsync(TestServer server, int jobs) => TestServer.EventuallyAsync(
        () => server.MetricAsync("httpsd_update_queue_jobs{status=\"pending\",pool=\"default\"}"), n => n >= jobs);
}
