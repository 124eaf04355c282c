using System.Text.Json;
using HttpSd.Cluster.Tests.Faults;
using HttpSd.Tests;
using k8s;

namespace HttpSd.Cluster.Tests.Door;

/// <summary>No password is in a log, an answer, a status, an event, a metric or the list of processes, right or wrong.</summary>
public sealed class CredentialLeakTests(FaultGround ground)
{
    private const string Right = "right-password-4711", Wrong = "wrong-password-4712";

    [Theory]
    [InlineData(Right)]
    [InlineData(Wrong)]
    public async Task A_password_of_Redis_is_told_to_nobody(string password)
    {
        await using var redis = await RedisServer.StartAsync(
            "--user", "default", "on", "nopass", "-@all", "+info", "+ping", "--user", "someone", "on", $">{Right}", "~*", "&*", "+@all");
        redis.Credentials = $"someone:{Right}@";
        await using var lane = await Lane.StartAsync(await ground.ClusterAsync(), redis);
        lane.Variables = ["HTTPSD_Redis__User=someone", $"HTTPSD_Redis__Password={password}", $"HTTPSD_Redis__Url=redis://127.0.0.1:{redis.Port}"];
        lane.IsStoreNamed = false;
        using var op = await lane.StartOperatorAsync();
        using var server = await lane.StartServerAsync();
        using var worker = await lane.StartWorkerAsync();
        await lane.ApplyAsync("a", new { script = "def generate_targets(**p):\n    raise ValueError('no')\n" });
        using var client = new HttpClient { BaseAddress = server.Address };
        var said = new List<string>();
        if (password == Right)
            await Wait.UntilAsync(async () => (await client.GetStringAsync(new Uri("targets/a?debug=true", UriKind.Relative))).Contains("ValueError", StringComparison.Ordinal), "it runs, and fails");
        else
            await Wait.UntilAsync(async () => Lane.Condition((await lane.FindAsync("a"))!, "Ready")?["reason"]?.GetValue<string>() == "StoreUnavailable", "the object says what is wrong");

        foreach (var path in new[] { "", "targets/a", "targets/a?debug=true", "targets/a?reload=true", "readyz", "healthz", "metrics" })
            said.Add(await (await client.GetAsync(new Uri(path, UriKind.Relative))).Content.ReadAsStringAsync());
        foreach (var part in new[] { op, worker })
        {
            using var asker = new HttpClient { BaseAddress = part.Address };
            foreach (var path in new[] { "readyz", "healthz", "metrics" })
                said.Add(await (await asker.GetAsync(new Uri(path, UriKind.Relative))).Content.ReadAsStringAsync());
        }
        said.AddRange([op.Log, server.Log, worker.Log, (await lane.FindAsync("a"))!.ToJsonString()]);
        said.AddRange((await lane.Admin.CoreV1.ListNamespacedEventAsync(lane.Name)).Items.Select(e => JsonSerializer.Serialize(e)));
        said.AddRange(Directory.GetDirectories("/proc").Where(IsOfOurs).Select(CommandLine));

        said.Should().HaveCountGreaterThan(20).And.NotContain(text => text.Contains(password, StringComparison.Ordinal));
        said.Should().Contain(text => text.Contains("HttpSd.SdServer", StringComparison.Ordinal), "the list of processes was read");
    }

    private static bool IsOfOurs(string folder) => int.TryParse(Path.GetFileName(folder), out var pid) && pid != Environment.ProcessId && !CommandLine(folder).StartsWith("redis-server", StringComparison.Ordinal);

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
