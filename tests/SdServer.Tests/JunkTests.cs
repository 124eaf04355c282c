using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>Runs alone: it measures the heap that all tests share.</summary>
[CollectionDefinition("alone", DisableParallelization = true)]
public sealed class Alone;

[Collection("alone")]
public sealed class JunkTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task Thousands_of_made_up_requests_leave_no_trace()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("known") with { MaxVariants = 1 });
        await server.GetAsync("/targets/known");
        await server.DrainAsync();
        await using var connection = await redis.Server.ConnectAsync();
        var keys = async () => (await connection.GetServers()[0].DatabaseSizeAsync());
        var (keysBefore, seriesBefore) = (await keys(), await SeriesAsync(server));
        var listsBefore = await server.MetricAsync("httpsd_server_memory_lists");

        // Connections, pools and the client's own caches come first.
        await AskForJunkAsync(server, -500, 0);
        var (heapBefore, bytesBefore) = (Heap(), await server.MetricAsync("httpsd_server_memory_bytes"));

        await AskForJunkAsync(server, 0, 5000);

        // A slot of memory or a series with its path would be 1 KiB and more each: 5 MiB.
        (Heap() - heapBefore).Should().BeLessThan(2 << 20);
        (await server.MetricAsync("httpsd_server_memory_bytes")).Should().Be(bytesBefore);
        (await keys()).Should().Be(keysBefore);
        (await SeriesAsync(server)).Should().Be(seriesBefore);
        (await server.MetricAsync("httpsd_server_memory_lists")).Should().Be(listsBefore);
        (await server.DrainAsync()).Should().BeEmpty();
    }

    // Long, so that whatever keeps a URL shows.
    private static Task AskForJunkAsync(TestServer server, int from, int to) =>
        Parallel.ForAsync(from, to, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var junk = $"junk-{i}-{new string('j', 400)}";
            var reply = await server.GetAsync(i % 2 == 0 ? $"/targets/{junk}" : $"/targets/known?junk={junk}");
            reply.Status.Should().Be(i % 2 == 0 ? 404 : 400);
        });

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static async Task<int> SeriesAsync(TestServer server) =>
        (await server.GetAsync("/metrics")).Body.Split('\n').Count(l => l.StartsWith("httpsd_", StringComparison.Ordinal));
}
