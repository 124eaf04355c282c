using HttpSd.Tests;

namespace HttpSd.Monitoring.Tests;

/// <summary>A server, and a Redis that goes away.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task Without_Redis_one_alert_says_so_and_the_numbers_of_the_queue_are_absent()
    {
        await using var redis = await RedisServer.StartAsync();
        // Nobody publishes, so it is never ready; its metrics are there all the same.
        using var server = await Part.StartAsync("SdServer", null, $"Redis:Url={redis.Url}");
        using var prometheus = await Prometheus.StartAsync([("httpsd-server", server.Address)]);
        await Eventually.IsAsync(
            () => prometheus.QueryAsync("httpsd_update_queue_jobs"), jobs => jobs.Count == 2, TimeSpan.FromSeconds(20));

        redis.Kill();

        await Eventually.IsAsync(
            prometheus.AlertsAsync,
            alerts => alerts.SequenceEqual(["HttpsdNoLeader", "HttpsdRedisDown httpsd-server"]),
            TimeSpan.FromSeconds(20));
        (await prometheus.QueryAsync("httpsd_update_queue_jobs")).Should().BeEmpty();
        (await prometheus.QueryAsync("httpsd_update_queue_oldest_pending_seconds")).Should().BeEmpty();
    }
}
