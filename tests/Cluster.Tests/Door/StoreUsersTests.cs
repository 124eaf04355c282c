using System.Security.Cryptography;
using System.Text;
using HttpSd.Cluster.Tests.Faults;
using HttpSd.Tests;
using StackExchange.Redis;

namespace HttpSd.Cluster.Tests.Door;

/// <summary>Each part with a user of Redis of its own, by the file that the chart uses and the documentation shows.</summary>
public sealed class StoreUsersTests(FaultGround ground) : IAsyncLifetime
{
    private static readonly string[] Parts = ["operator", "server", "worker"];

    private RedisServer redis = null!;
    private Lane lane = null!;

    public async ValueTask InitializeAsync()
    {
        // The lane's prefix is known only when there is one; the name of the next one can't be told.
        redis = await RedisServer.StartAsync("--user", "default", "on", "nopass", "resetkeys", "-@all", "+info", "+ping", "--user", "admin", "on", ">admin", "~*", "&*", "+@all");
        redis.Credentials = "admin:admin@";
        lane = await Lane.StartAsync(await ground.ClusterAsync(), redis);
        await using var admin = await ConnectAsync("admin", "admin");
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Programs.Root, "charts", "httpsd", "files", "redis-users.acl")))
        {
            var text = line.Replace("PREFIX", lane.Prefix, StringComparison.Ordinal);
            foreach (var part in Parts)
                text = text.Replace($"{part.ToUpperInvariant()}_HASH", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(part))), StringComparison.Ordinal);
            await admin.GetDatabase().ExecuteAsync("ACL", [.. Words(text).Prepend("SETUSER")]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await lane.DisposeAsync();
        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Each_part_does_its_work_as_its_user_and_is_refused_nothing()
    {
        var log = Path.Combine(lane.Folder, "runs");
        using var op = await lane.StartOperatorAsync([.. As("operator"), "Operator:ResyncInterval=10s", "Operator:RunSweepInterval=5s"]);
        using var server = await lane.StartServerAsync([.. As("server"), "Server:ReloadInterval=0s"]);
        using var worker = await lane.StartWorkerAsync(As("worker"));
        await lane.ApplyAsync("runs", new { script = Counting.Script(log, "one"), cacheTTL = "1s", staleTTL = "1s" });
        await lane.ApplyAsync("fails", new { script = "def generate_targets(**p):\n    raise ValueError('no')\n" });
        await lane.ApplyListAsync("static", "a:1");
        await lane.WaitReadyAsync("runs");
        await lane.WaitReadyAsync("static");
        await op.WaitReadyAsync();
        await server.WaitReadyAsync();
        await worker.WaitReadyAsync();
        using var client = new HttpClient { BaseAddress = server.Address };
        foreach (var path in new[] { "targets/runs?n=1", "targets/runs?n=2&debug=true", "targets/fails", "targets/fails?debug=true", "targets/static", "targets/runs?reload=true", "targets/runs?n=1&reload=true", "metrics" })
            await client.GetAsync(new Uri(path, UriKind.Relative));
        await Wait.UntilAsync(async () => (await client.GetStringAsync(new Uri("targets/runs?n=1", UriKind.Relative))).Contains("one:1", StringComparison.Ordinal), "the variant is served");
        await lane.AnnotateAsync("runs", "now");
        await lane.ApplyAsync("runs", new { path = "moved", script = Counting.Script(log, "two") });
        await Wait.UntilAsync(async () => (await client.GetStringAsync(new Uri("targets/moved", UriKind.Relative))).Contains("two:1", StringComparison.Ordinal), "the edit is served");
        await lane.DeleteAsync("static");
        await Wait.UntilAsync(async () => (await client.GetAsync(new Uri("targets/static", UriKind.Relative))).StatusCode == System.Net.HttpStatusCode.NotFound, "it is gone");
        // Sweeps, resyncs and expiries, several times over.
        await Task.Delay(11_000);
        await op.ReadAsync("httpsd_update_queue_jobs", "status=\"pending\"");

        (await RefusalsAsync()).Should().BeEmpty();
        foreach (var part in new[] { op, server, worker })
            part.Log.Should().NotContain("NOPERM");
    }

    [Theory]
    [InlineData("server", "HSET", "{prefix}httpsd:defs", "x", "{}")]
    [InlineData("worker", "HSET", "{prefix}httpsd:defs", "x", "{}")]
    [InlineData("worker", "DEL", "{prefix}{httpsd:defs}:scripts")]
    [InlineData("worker", "EVAL", "return redis.call('HSET', KEYS[1], 'x', '{}')", "1", "{prefix}httpsd:defs")]
    [InlineData("server", "PUBLISH", "{prefix}somebody-else's", "x")]
    [InlineData("operator", "SET", "somebody-else's", "x")]
    [InlineData("worker", "GET", "somebody-else's")]
    [InlineData("server", "KEYS", "*")]
    [InlineData("worker", "SCAN", "0")]
    [InlineData("operator", "FLUSHALL")]
    [InlineData("worker", "CONFIG", "SET", "requirepass", "x")]
    [InlineData("worker", "ACL", "LIST")]
    [InlineData("worker", "ACL", "SETUSER", "x", "on")]
    [InlineData("server", "SHUTDOWN")]
    [InlineData("worker", "MONITOR")]
    [InlineData("operator", "SAVE")]
    public async Task What_is_not_its_work_a_part_is_refused(string part, string command, params string[] arguments)
    {
        await using var connection = await ConnectAsync("httpsd-" + part, part);

        var refused = async () => await connection.GetDatabase().ExecuteAsync(command, [.. arguments.Select(a => a.Replace("{prefix}", lane.Prefix, StringComparison.Ordinal))]);

        (await refused.Should().ThrowAsync<RedisServerException>()).Which.Message.Should().ContainAny("NOPERM", "The user executing the script can't");
    }

    [Fact]
    public async Task A_script_that_finds_Redis_gets_nothing_from_it_without_a_password()
    {
        using var op = await lane.StartOperatorAsync(As("operator"));
        using var worker = await lane.StartWorkerAsync(As("worker"));
        await lane.ApplyAsync("hostile", new
        {
            script = $$"""
                import socket, time
                def generate_targets(**p):
                    with socket.create_connection(("127.0.0.1", {{redis.Port}}), 5) as s:
                        s.sendall(b"HSET {{lane.Prefix}}httpsd:defs x {}\r\nGET x\r\nACL LIST\r\n")
                        time.sleep(0.5)
                        raise ValueError(s.recv(4096).decode())

                """,
        });

        var failed = await Wait.UntilAsync(() => lane.FindAsync("hostile"), o => Lane.Condition(o!, "Generating")?["message"]?.GetValue<string>().Contains("NOPERM", StringComparison.Ordinal) == true);

        Lane.Condition(failed!, "Generating")!["message"]!.GetValue<string>().Should().Contain("NOPERM").And.NotContain("httpsd-worker on");
    }

    private static string[] As(string part) => [$"Redis:User=httpsd-{part}", $"Redis:Password={part}"];

    // A selector is one word, blanks and all.
    private static IEnumerable<object> Words(string line)
    {
        var selector = line.IndexOf('(', StringComparison.Ordinal);
        var words = (selector < 0 ? line : line[..selector]).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..];
        return selector < 0 ? words : words.Append(line[selector..].Trim());
    }

    private Task<ConnectionMultiplexer> ConnectAsync(string user, string password) =>
        ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{redis.Port},user={user},password={password},allowAdmin=true,tiebreaker=,configChannel=");

    private async Task<IReadOnlyList<string>> RefusalsAsync()
    {
        await using var admin = await ConnectAsync("admin", "admin");
        return [.. ((RedisResult[])(await admin.GetDatabase().ExecuteAsync("ACL", "LOG"))!).Select(entry => string.Join(' ', (string[])entry!))];
    }
}
