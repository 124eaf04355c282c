using HttpSd.Redis.Connection;
using HttpSd.Tests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class EvictionWarningTests
{
    [Theory]
    [InlineData("allkeys-lru", true)]
    [InlineData("volatile-lru", false)]
    [InlineData("noeviction", false)]
    public async Task A_policy_that_may_drop_the_queue_is_warned_of_at_start(string policy, bool isWarned)
    {
        await using var redis = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", policy);
        await using var connection = new RedisConnection(Options.Create(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(10) }));
        var log = new Lines();
        using var check = new EvictionCheck(connection, TimeProvider.System, log);

        await check.StartAsync(TestContext.Current.CancellationToken);
        await check.ExecuteTask!;

        log.Warnings.Count(line => line.Contains(policy)).Should().Be(isWarned ? 1 : 0);
    }

    private sealed class Lines : ILogger<EvictionCheck>
    {
        public List<string> Warnings { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Warning)
                Warnings.Add(formatter(state, exception));
        }
    }
}
