using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Serving;

public sealed class StoreChoiceTests
{
    [Theory]
    [InlineData("option")]
    [InlineData("setting")]
    [InlineData("environment")]
    public async Task A_Redis_chosen_in_any_way_is_used_and_named_and_no_other_store_is_started(string way)
    {
        await using var redis = await RedisServer.StartAsync();
        var environment = way == "environment" ? new Dictionary<string, string> { ["HTTPSD_Redis__Url"] = redis.Url } : [];
        string[] chosen = way switch
        {
            "option" => ["--redis", redis.Url],
            "setting" => ["--set", "Redis:Url=" + redis.Url],
            _ => [],
        };

        await using var httpsd = await HttpsdProcess.StartAsync(environment, null, [ServeTests.Samples(), .. chosen]);

        httpsd.Log.Should().Contain($"  store: 127.0.0.1:{redis.Port}\n").And.NotContain("embedded store");
        (await httpsd.Client.GetStringAsync("/targets/static")).Should().Contain("10.0.2.1:9100");
        (await httpsd.Client.GetStringAsync("/metrics")).Should().Contain("httpsd_redis_up 1");
    }
}
