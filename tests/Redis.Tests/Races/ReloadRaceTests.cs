using System.Text;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Races;

/// <summary>A reload that comes at any moment of a run: what was claimed before it is never seen after it.</summary>
public sealed class ReloadRaceTests(Stores stores)
{
    private const int Tries = 1000;

    [Theory, EveryStore]
    public async Task The_result_of_a_run_started_before_a_reload_never_appears_after_it(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var seed = Environment.TickCount;
        var voided = 0;

        await Parallel.ForAsync(0, Tries, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Corner.Stop }, async (i, _) =>
        {
            if (await RaceAsync(corner, i, new Random(seed + i)))
                Interlocked.Increment(ref voided);
        });

        voided.Should().BeGreaterThan(Tries / 20, "else nothing raced; seed {0}", seed);
    }

    // True when the first run was claimed before the reload.
    private static async Task<bool> RaceAsync(Corner corner, int number, Random random)
    {
        var (pool, key) = ($"pool-{number}", new RequestKey($"path-{number}", []));
        await corner.Queue.EnqueueAsync(pool, key, 0, reload: false, Corner.Stop);
        var (workerPause, workPause, reloadPause) = (random.Next(4), random.Next(6), random.Next(8));

        var run = RunAsync(corner, pool, key, workerPause, workPause);
        var reload = ReloadAsync(corner, pool, key, reloadPause);
        var (job, stored) = await run;
        var (floor, seenAfter) = await reload;

        var old = job.Token < floor;
        if (old)
        {
            seenAfter.Should().NotBe("old", "the reload was confirmed");
            (await BodyAsync(corner, key)).Should().BeNull("path {0}: {1} by the run {2} at floor {3}", key, stored, job.Token, floor);
        }
        // A run of after the reload is always there to store what was asked for.
        await corner.Queue.FinishAsync(
            job, stored == CommitOutcome.Superseded ? FinishMode.Again : FinishMode.Done, Corner.Stop);
        if (!old)
            return false;
        var next = await corner.Queue.ClaimAsync(pool, "worker-2", Corner.Stop);
        next!.Token.Should().BeGreaterThan(floor);
        (await CommitAsync(corner, key, next.Token, "new")).Should().Be(CommitOutcome.Stored);
        (await CommitAsync(corner, key, job.Token, "old")).Should().Be(CommitOutcome.Superseded);
        (await BodyAsync(corner, key)).Should().Be("new");
        return true;
    }

    private static async Task<(ClaimedJob Job, CommitOutcome Stored)> RunAsync(
        Corner corner, string pool, RequestKey key, int claimPause, int workPause)
    {
        await PauseAsync(claimPause);
        var job = (await corner.Queue.ClaimAsync(pool, "worker-1", Corner.Stop))!;
        await PauseAsync(workPause);
        return (job, await CommitAsync(corner, key, job.Token, "old"));
    }

    private static async Task<(long Floor, string? SeenAfter)> ReloadAsync(Corner corner, string pool, RequestKey key, int pause)
    {
        await PauseAsync(pause);
        var floor = (await corner.Queue.EnqueueAsync(pool, key, 0, reload: true, Corner.Stop)).Floor;
        await corner.Cache.ClearAsync(key.FullPath, floor, Corner.Stop);
        return (floor, await BodyAsync(corner, key));
    }

    private static async Task PauseAsync(int steps)
    {
        for (var i = 0; i < steps; i++)
            await Task.Delay(i % 2, Corner.Stop);
    }

    private static Task<CommitOutcome> CommitAsync(Corner corner, RequestKey key, long token, string text) =>
        corner.Cache.CommitAsync(Results.Of(token, text, key.FullPath), Corner.Stop);

    private static async Task<string?> BodyAsync(Corner corner, RequestKey key)
    {
        var result = (await corner.Cache.ReadAsync(key.FullPath, Corner.Stop)).Result;
        var body = result is null ? null : await corner.Cache.ReadBodyAsync(key.FullPath, result.ETag, Corner.Stop);
        return body is { } bytes ? Encoding.UTF8.GetString(bytes.Span) : null;
    }
}
