using System.Diagnostics;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class SentinelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-sentinel-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Named_by_a_sentinel_the_primary_is_found_and_its_successor_too()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync(
            "--replicaof", "127.0.0.1", $"{primary.Port}", "--repl-diskless-sync-delay", "0");
        var port = RedisServer.FreePort();
        using var sentinel = StartSentinel(port, primary.Port);
        try
        {
            await using var journey = new Journey(new RedisOptions
            {
                Url = $"127.0.0.1:{port},serviceName=lists",
                CommandTimeout = TimeSpan.FromSeconds(5),
            });
            await Journey.UntilAsync(() => journey.Connection.ControlAsync((db, _) => db.PingAsync(), default), _ => true);
            await journey.GoAsync();
            // The sentinel learns of the replica from the primary, once in ten seconds at worst.
            await using var observer = await StackExchange.Redis.ConnectionMultiplexer.SentinelConnectAsync($"127.0.0.1:{port}");
            (await Journey.UntilAsync(
                async () => (await observer.GetServers()[0].SentinelReplicasAsync("lists")).Length, n => n == 1)).Should().Be(1);

            // One runs, two wait, and the replica has them all.
            foreach (var path in new[] { "runs", "waits", "waits-too" })
                await journey.EnqueueAsync(path);
            var running = (await journey.ClaimAsync())!;
            (await journey.Connection.ControlAsync((db, _) => db.ExecuteAsync("WAIT", 1, 5_000), default)).ToString().Should().Be("1");

            primary.Kill();

            (await Journey.UntilAsync(() => journey.EnqueueAsync("later"), _ => true)).Pending.Should().Be(3);
            (await journey.EnqueueAsync("runs")).Outcome.Should().Be(EnqueueOutcome.Running, "it has one owner, and who asks is told");
            (await journey.BeatAsync(running)).Should().Be(LeaseState.Held);
            (await journey.FinishAsync(running)).Should().BeTrue();
            var claimed = new List<ClaimedJob>();
            while (await journey.ClaimAsync() is { } job)
                claimed.Add(job);
            claimed.Select(j => j.FullPath).Should().Equal("/targets/waits", "/targets/waits-too", "/targets/later");
            claimed.Select(j => j.Token).Prepend(running.Token).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        }
        finally
        {
            sentinel.Kill();
            await sentinel.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task A_primary_with_users_is_found_by_a_sentinel_without()
    {
        await using var primary = await RedisServer.StartAsync(
            "--user", "default", "on", "nopass", "~*", "&*", "+info", "+ping", "--user", "someone", "on", ">p@ss", "~*", "&*", "+@all");
        var port = RedisServer.FreePort();
        using var sentinel = StartSentinel(port, primary.Port, "sentinel auth-user lists someone\nsentinel auth-pass lists p@ss\n");
        try
        {
            await using var journey = new Journey(new RedisOptions
            {
                Url = $"127.0.0.1:{port},serviceName=lists",
                User = "someone",
                Password = "p@ss",
                CommandTimeout = TimeSpan.FromSeconds(5),
            });
            await Journey.UntilAsync(() => journey.Connection.ControlAsync((db, _) => db.PingAsync(), default), _ => true);
            await journey.GoAsync();
        }
        finally
        {
            sentinel.Kill();
            await sentinel.WaitForExitAsync();
        }
    }

    private Process StartSentinel(int port, int primary, string further = "")
    {
        var settings = Path.Combine(folder, "sentinel.conf");
        File.WriteAllText(settings, $"""
            port {port}
            bind 127.0.0.1
            dir {folder}
            sentinel monitor lists 127.0.0.1 {primary} 1
            sentinel down-after-milliseconds lists 500
            sentinel failover-timeout lists 2000
            {further}
            """);
        var start = new ProcessStartInfo("redis-server", [settings, "--sentinel"]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
