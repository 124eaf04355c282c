using HttpSd.Redis.Queue;
using HttpSd.Tests;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests.Model;

/// <summary>Whatever hands did to the six keys between the steps of workers: it all drains, and no path is stuck.</summary>
public sealed class RandomHandsTests(Stores stores)
{
    private const int Seeds = 15;
    private const int Steps = 60;

    [Theory, EveryStore]
    public async Task No_path_is_stuck_after_random_work_and_random_hands(StoreKind store)
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            await using var corner = new Corner(stores, store);
            var random = new Random(seed);
            var claims = new List<ClaimedJob>();
            for (var step = 0; step < Steps; step++)
                await (random.Next(4) == 0 ? TouchAsync(corner, random) : WorkAsync(corner, random, claims));

            await SettleAsync(corner, $"seed {seed}");
        }
    }

    private static async Task SettleAsync(Corner corner, string where)
    {
        await corner.SweepAsync();
        for (var i = 0; i < 4; i++)
            await corner.EnqueueAsync($"p{i}");
        await corner.ExpireLeasesAsync();
        await corner.SweepAsync();

        var ran = new List<string>();
        while (ran.Count < 100 && await corner.ClaimAsync() is { } job)
        {
            ran.Add(job.FullPath);
            (await corner.ProcessingAsync()).Should().ContainSingle(where);
            (await corner.FinishAsync(job)).Should().BeTrue(where);
        }
        // A copy pushed by hand may run once more afterwards; never beside the job, and never without end.
        ran.Count.Should().BeLessThan(100, where);
        ran.Should().Contain(["/targets/p0", "/targets/p1", "/targets/p2", "/targets/p3"], where);
        (await corner.KeysAsync()).Should().BeEquivalentTo([corner.Control], where);
    }

    private static async Task WorkAsync(Corner corner, Random random, List<ClaimedJob> claims)
    {
        switch (random.Next(5))
        {
            case 0:
                await corner.SweepAsync();
                break;
            case 1 when await corner.ClaimAsync() is { } job:
                claims.Add(job);
                break;
            case 2 when claims.Count > 0:
                await corner.BeatAsync(claims[random.Next(claims.Count)]);
                break;
            case 3 when claims.Count > 0:
                await corner.FinishAsync(claims[random.Next(claims.Count)]);
                break;
            default:
                await corner.EnqueueAsync($"p{random.Next(4)}", reload: random.Next(4) == 0);
                break;
        }
    }

    private static async Task TouchAsync(Corner corner, Random random)
    {
        var lists = new[] { corner.Pending, corner.Processing };
        var (one, other) = random.Next(2) == 0 ? (lists[0], lists[1]) : (lists[1], lists[0]);
        switch (random.Next(7))
        {
            case 0:
                await corner.Db.KeyDeleteAsync(corner.Keys.Queue(Corner.Pool)[random.Next(6)]);
                break;
            case 1:
                await corner.Db.ListLeftPopAsync(one);
                break;
            case 2:
                await corner.Db.ListLeftPushAsync(one, $$"""{"full_path":"/targets/p{{random.Next(4)}}"}""");
                break;
            case 3:
                await corner.Db.ListMoveAsync(one, other, ListSide.Right, ListSide.Left);
                break;
            case 4 when await corner.Db.ListGetByIndexAsync(one, 0) is { IsNull: false } ticket:
                await corner.Db.ListLeftPushAsync(random.Next(2) == 0 ? one : other, ticket);
                break;
            case 5 when await corner.Db.HashRandomFieldAsync(corner.Jobs) is { IsNull: false } path:
                await corner.Db.HashDeleteAsync(corner.Jobs, path);
                break;
            default:
                await corner.Db.SortedSetPopAsync(corner.Leases);
                break;
        }
    }
}
