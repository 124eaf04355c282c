using System.Text.Json;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.History;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests.History;

public sealed class CallHistoryTests(Stores stores) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-history-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_a_line_when_it_begins_and_one_when_it_has_answered()
    {
        var before = HistoryLine.Now();
        await using (var redis = Connect())
        {
            var queue = new JobQueue(redis, Options.Create(new QueueOptions()), TimeProvider.System);
            await queue.EnqueueAsync("default", new RequestKey("a", []), 7, reload: true, Stop, seen: 5);
            await queue.ClaimAsync("default", "w", Stop);
        }

        var lines = Read();
        lines[0].GetProperty("id").GetInt32().Should().Be(Environment.ProcessId);
        lines.Skip(1).Take(4).Select(l => l.GetProperty("call").GetInt64()).Should().Equal(1, 1, 2, 2);
        var asked = lines[1];
        asked.GetProperty("script").GetString().Should().Be("enqueue");
        asked.GetProperty("path").GetString().Should().Be("/targets/a");
        asked.GetProperty("want").GetString().Should().Be("7");
        asked.GetProperty("seen").GetString().Should().Be("5");
        asked.GetProperty("reload").GetString().Should().Be("1");
        asked.GetProperty("begin").GetInt64().Should().BeGreaterThan(before);
        lines[2].GetProperty("end").GetInt64().Should().BeGreaterThan(asked.GetProperty("begin").GetInt64());
        lines[2].GetProperty("reply").GetProperty("code").GetString().Should().Be("1");
        var claimed = lines[4].GetProperty("reply");
        claimed.GetProperty("path").GetString().Should().Be("/targets/a");
        claimed.GetProperty("job").GetString().Should().Be(asked.GetProperty("job").GetString());
        claimed.GetProperty("token").GetString().Should().HaveLength(16);
        lines[^1].TryGetProperty("ended", out _).Should().BeTrue();
    }

    [Fact]
    public async Task Of_a_list_only_its_length_and_digest_are_kept_and_of_an_error_nothing()
    {
        await using (var redis = Connect())
        {
            var cache = new ResultCache(redis);
            await cache.CommitAsync(
                new ResultCommit(
                    "/targets/a", 0, "\"tag\"", "secret"u8.ToArray(), default, TimeSpan.FromSeconds(1), TimeSpan.Zero, TimeSpan.FromHours(1),
                    1, 1, TimeSpan.Zero, "hash", ["secret"]),
                Stop);
            await cache.FailAsync(
                "/targets/a", 0, new CachedError(default, "T", "secret", "secret", "secret", "w", "j", TimeSpan.Zero), TimeSpan.FromHours(1), TimeSpan.Zero, Stop);
            await cache.ReadAsync("/targets/a", Stop);
        }

        Text().Should().NotContain("secret");
        var sent = Read().Single(l => l.TryGetProperty("bodyBytes", out _));
        sent.GetProperty("bodyBytes").GetInt32().Should().Be(6);
        sent.GetProperty("bodySha256").GetString().Should().Be("2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b");
        sent.GetProperty("etag").GetString().Should().Be("\"tag\"");
    }

    [Fact]
    public async Task A_call_that_fails_is_kept_by_the_name_of_its_fault()
    {
        await using (var history = new CallHistory(folder))
        {
            var call = () => history.RecordAsync("finish", [], ["/targets/a", 1, "done"], () => throw new TimeoutException("secret"));
            await call.Should().ThrowAsync<TimeoutException>();
        }

        Text().Should().NotContain("secret");
        Read()[2].GetProperty("error").GetString().Should().Be("TimeoutException");
    }

    [Fact]
    public async Task A_file_that_is_full_says_so_and_grows_no_more()
    {
        await using (var history = new CallHistory(folder, most: 2_000))
        {
            for (var n = 0; n < 100; n++)
                await history.RecordAsync("floor", [], ["/targets/a"], () => Task.FromResult(RedisResult.Create(0)));
        }

        Read().Count(l => l.TryGetProperty("full", out _)).Should().Be(1);
        Text().Length.Should().BeLessThan(2_500);
    }

    [Fact]
    public async Task What_does_not_fit_on_its_way_to_the_file_is_counted()
    {
        await using (var history = new CallHistory(folder))
        {
            // Faster than anything is written: some of it may be lost, and then the file says how much.
            for (var n = 0; n < 100_000; n++)
                _ = history.RecordAsync("floor", [], ["/targets/a"], () => Task.FromResult(RedisResult.Create(0)));
        }

        var lines = Read();
        var lost = lines.Sum(l => l.TryGetProperty("lost", out var n) ? n.GetInt64() : 0);
        (lines.Count(l => l.TryGetProperty("call", out _)) + lost).Should().Be(200_000);
    }

    [Fact]
    public async Task No_history_is_kept_unless_it_is_asked_for()
    {
        await using var redis = new RedisConnection(Options.Create(new RedisOptions { Url = stores.Url(StoreKind.Redis), KeyPrefix = $"{Guid.NewGuid():n}:" }));

        await new JobQueue(redis, Options.Create(new QueueOptions()), TimeProvider.System).ReadTotalsAsync("default", Stop);

        Directory.GetFiles(folder).Should().BeEmpty();
        (await redis.ControlAsync((db, _) => Task.FromResult(CallHistory.Of(db.Multiplexer)), Stop)).Should().BeNull();
    }

    [Fact]
    public void It_is_said_of_each_script_what_may_be_kept()
    {
        var scripts = typeof(RedisConnection).Assembly.GetManifestResourceNames()
            .Where(n => n.EndsWith(".lua", StringComparison.Ordinal) && !n.EndsWith("-shared.lua", StringComparison.Ordinal))
            .Select(n => n[..^4]).ToList();

        scripts.Should().NotBeEmpty();
        scripts.Where(s => !CallShape.IsKnown(s)).Should().BeEmpty();
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused_by_name()
    {
        var options = new RedisOptions { HistoryFolder = Path.Combine(folder, "none") };

        options.Validate(new(options)).Single().MemberNames.Should().Equal("HistoryFolder");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private RedisConnection Connect() => new(Options.Create(new RedisOptions
    {
        Url = stores.Url(StoreKind.Redis),
        KeyPrefix = $"{Guid.NewGuid():n}:",
        CommandTimeout = TimeSpan.FromSeconds(30),
        HistoryFolder = folder,
    }));

    private string Text() => File.ReadAllText(Directory.GetFiles(folder).Single());

    private List<JsonElement> Read() => [.. File.ReadLines(Directory.GetFiles(folder).Single()).Select(l => JsonSerializer.Deserialize<JsonElement>(l))];
}
