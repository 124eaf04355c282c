using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Serving;

public sealed class TwoPublishersTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-two-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Of_two_serves_on_one_redis_the_second_waits_and_takes_nothing_away()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = await HttpsdProcess.StartAsync(Manifest("first"), "--redis", redis.Url);
        await using var second = HttpsdProcess.Launching(Manifest("second"), "--redis", redis.Url);

        await Eventually.IsAsync(
            () => Task.FromResult(second.Log), log => log.Contains("Another publisher (httpsd ", StringComparison.Ordinal), TimeSpan.FromSeconds(40));
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
        second.Ready.IsCompleted.Should().BeFalse("it has nothing published");
        (await first.Client.GetStringAsync("/targets/first")).Should().Contain("first:1");

        (await first.TerminateAsync()).Should().Be(0);
        await second.Ready;
        await Eventually.IsAsync(
            async () => await (await second.Client.GetAsync("/targets/second")).Content.ReadAsStringAsync(),
            body => body.Contains("second:1", StringComparison.Ordinal),
            TimeSpan.FromSeconds(5));
        second.Log.Should().Contain("--set Redis:KeyPrefix=NAME");
    }

    private string Manifest(string name)
    {
        var file = Path.Combine(folder, name + ".yaml");
        File.WriteAllText(file, $$"""
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: {{name}}}
            spec: {staticTargets: [{targets: ["{{name}}:1"]}]}
            """);
        return file;
    }
}
