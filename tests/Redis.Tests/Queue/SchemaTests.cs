using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Queue;

/// <summary>A job of a schema that isn't known here is left to a worker that knows it.</summary>
public sealed class SchemaTests(Stores stores)
{
    private const string Newer = """{"schema":2,"full_path":"/targets/newer","what":"else"}""";

    [Theory, EveryStore]
    public async Task It_is_passed_over_counted_and_stays(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.ListLeftPushAsync(corner.Pending, [Newer, """{"schema":"x","full_path":"/targets/x"}"""]);
        await corner.EnqueueAsync("a");
        await corner.Db.ListLeftPushAsync(corner.Pending, """{"schema":1,"full_path":"/targets/b"}""");

        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/b");
        (await corner.ClaimAsync()).Should().BeNull();
        await corner.SweepAsync();

        (await corner.Db.ListRangeAsync(corner.Pending)).Select(t => t.ToString()).Should().Contain(Newer).And.HaveCount(2);
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 2, Processing = 2, Bad = 0, Unknown = 4 });
    }

    [Theory, EveryStore]
    public async Task One_call_passes_over_a_bounded_number_and_the_next_goes_on(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.ListLeftPushAsync(corner.Pending, [.. Enumerable.Repeat((StackExchange.Redis.RedisValue)Newer, 40)]);
        await corner.EnqueueAsync("a");

        (await corner.ClaimAsync()).Should().BeNull();
        (await corner.TotalsAsync()).Unknown.Should().Be(32);
        (await corner.MustClaimAsync()).FullPath.Should().Be("/targets/a");
    }

    [Theory, EveryStore]
    public async Task One_that_runs_elsewhere_is_neither_adopted_nor_dropped(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Db.ListLeftPushAsync(corner.Processing, Newer);

        (await corner.SweepAsync()).Should().BeEquivalentTo(new SweepReport(0, 0, 0, []));

        (await corner.Db.ListLengthAsync(corner.Processing)).Should().Be(1);
        (await corner.Db.KeyExistsAsync(corner.Leases)).Should().BeFalse();
    }

    [Theory, EveryStore]
    public async Task A_job_put_aside_goes_behind_all_others_and_wakes_nobody(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("a");
        await corner.EnqueueAsync("b");
        var job = await corner.MustClaimAsync();
        var woken = new SemaphoreSlim(0);
        await corner.Connection.SubscribeAsync(k => k.Wake(Corner.Pool), _ => woken.Release(), Corner.Stop);

        (await corner.FinishAsync(job, FinishMode.Aside)).Should().BeTrue();

        (await corner.PendingAsync()).Should().Equal("b", "a");
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Enqueued = 2, Completed = 0 });
        (await woken.WaitAsync(200, Corner.Stop)).Should().BeFalse();
    }
}
