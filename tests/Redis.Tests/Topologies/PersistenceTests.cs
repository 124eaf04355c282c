using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Topologies;

/// <summary><c>kill -9</c> of Redis in the midst of things, with each way of keeping its data.</summary>
public sealed class PersistenceTests
{
    private const int Jobs = 200, Claimed = 50;

    [Theory]
    [InlineData("always")]
    [InlineData("everysec")]
    public async Task With_an_append_only_file_jobs_leases_tokens_and_lists_are_back(string fsync)
    {
        await using var redis = await RedisServer.StartAsync("--appendonly", "yes", "--appendfsync", fsync);
        await using var journey = new Journey(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(5) });
        var last = await FillAsync(journey);

        await redis.RestartAsync();

        var totals = await Journey.UntilAsync(journey.TotalsAsync, _ => true);
        totals.Should().BeEquivalentTo(new { Pending = Jobs - Claimed, Processing = Claimed });
        (await journey.ReadAsync(last.FullPath)).Result!.Token.Should().Be(last.Token);
        (await journey.BeatAsync(last)).Should().Be(LeaseState.Held, "who held it holds it");
        (await journey.EnqueueAsync("job-0")).Outcome.Should().Be(EnqueueOutcome.Running);
        (await journey.EnqueueAsync($"job-{Jobs - 1}")).Outcome.Should().Be(EnqueueOutcome.Queued);
        (await journey.ClaimAsync())!.Token.Should().BeGreaterThan(last.Token);
    }

    [Fact]
    public async Task Without_one_every_path_can_be_asked_for_again_and_who_held_a_job_hears_that_it_is_gone()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var journey = new Journey(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(5) });
        var last = await FillAsync(journey);

        await redis.RestartAsync();

        (await Journey.UntilAsync(() => journey.BeatAsync(last), _ => true)).Should().Be(LeaseState.Lost);
        (await journey.EnqueueAsync("job-0")).Outcome.Should().Be(EnqueueOutcome.Enqueued);
        var again = (await journey.ClaimAsync())!;
        (again.FullPath, again.Token > last.Token).Should().Be(("/targets/job-0", true), "a token never falls, also after a loss of data");
        (await journey.FinishAsync(last)).Should().BeFalse();
    }

    // The last of the claimed jobs, which has stored its list.
    private static async Task<ClaimedJob> FillAsync(Journey journey)
    {
        await Journey.UntilAsync(() => journey.EnqueueAsync("job-0"), _ => true);
        for (var n = 1; n < Jobs; n++)
            await journey.EnqueueAsync($"job-{n}");
        ClaimedJob? job = null;
        for (var n = 0; n < Claimed; n++)
            job = await journey.ClaimAsync();
        await journey.CommitAsync(Results.Of(job!.Token, "[]", job.FullPath));
        // More than the second that may be lost.
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        return job;
    }
}
