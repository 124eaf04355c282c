using System.Collections.Concurrent;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class ClusterTests
{
    [Theory]
    [InlineData("")]
    [InlineData("team:")]
    public async Task In_a_cluster_of_three_a_list_goes_its_whole_way(string prefix)
    {
        await using var cluster = await RedisCluster.StartAsync();
        await using var journey = await SetOutAsync(cluster, prefix);

        await journey.GoAsync();

        journey.Connection.Keys.Processing(Keys.DefaultPool).ToString()
            .Should().Be($"{{{prefix}target_generation_queue}}:processing");
        journey.Connection.Servers.Should().HaveCount(3);
    }

    [Fact(Timeout = 120_000)]
    public async Task While_the_queue_s_slot_and_a_list_s_move_no_job_is_lost_and_none_is_run_by_two_at_once()
    {
        const int jobs = 300;
        await using var cluster = await RedisCluster.StartAsync();
        await using var journey = await SetOutAsync(cluster, "");
        var (running, done) = (new ConcurrentDictionary<string, bool>(), new ConcurrentDictionary<string, int>());
        await Journey.UntilAsync(() => journey.EnqueueAsync("job-0"), _ => true);

        var working = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => WorkAsync()));
        var asking = AskAsync();
        var keys = journey.Connection.Keys;
        await cluster.MoveAsync(keys.Pending(Keys.DefaultPool));
        await cluster.MoveAsync(keys.Meta("/targets/job-0"));
        await asking;
        await working;

        done.Should().HaveCount(jobs);
        done.Values.Sum().Should().Be(jobs, "nothing was lost, so nothing is run twice");
        (await journey.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 0, Processing = 0, Completed = jobs });
        for (var n = 0; n < jobs; n++)
            (await journey.ReadAsync($"/targets/job-{n}")).Result.Should().NotBeNull();

        async Task AskAsync()
        {
            for (var n = 1; n < jobs; n++)
            {
                await Journey.UntilAsync(() => journey.EnqueueAsync($"job-{n}"), _ => true);
                await Task.Delay(3, TestContext.Current.CancellationToken);
            }
        }

        async Task WorkAsync()
        {
            while (done.Count < jobs)
            {
                if (await Journey.UntilAsync(journey.ClaimAsync, _ => true) is not { } job)
                {
                    // A claim whose answer was lost is nobody's until its lease is over.
                    await Journey.UntilAsync(journey.SweepAsync, _ => true);
                    await Task.Delay(5, TestContext.Current.CancellationToken);
                    continue;
                }
                running.TryAdd(job.FullPath, true).Should().BeTrue("one owner at a time");
                (await Journey.UntilAsync(() => journey.CommitAsync(Results.Of(job.Token, "[]", job.FullPath)), _ => true))
                    .Should().BeOneOf(CommitOutcome.Stored, CommitOutcome.Repeated);
                running.TryRemove(job.FullPath, out _);
                await Journey.UntilAsync(() => journey.FinishAsync(job), _ => true);
                done.AddOrUpdate(job.FullPath, 1, (_, before) => before + 1);
            }
        }
    }

    private static async Task<Journey> SetOutAsync(RedisCluster cluster, string prefix)
    {
        var journey = new Journey(new RedisOptions { Url = cluster.Url, KeyPrefix = prefix, CommandTimeout = TimeSpan.FromSeconds(10) });
        await Journey.UntilAsync(() => journey.Connection.ControlAsync((db, _) => db.PingAsync(), default), _ => true);
        return journey;
    }
}
