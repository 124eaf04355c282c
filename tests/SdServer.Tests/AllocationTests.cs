using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

/// <summary>Alone, because what all tests allocate is counted together.</summary>
[Collection("alone")]
public sealed class AllocationTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Theory]
    [InlineData("/targets/gw", 304, "*")]
    [InlineData("/targets/gw", 200, "\"other\"")]
    [InlineData("/targets/gw/a", 304, "*")]
    [InlineData("/targets/gw/a", 200, "\"other\"")]
    public async Task No_answer_takes_a_copy_of_its_lists(string url, int status, string known)
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:LocalFreshness=1m"]);
        await server.PublishAsync(Generator("gw/a"), Generator("gw/b"));
        for (var i = 0; i < 2; i++)
            await server.RunNextAsync(BigBody(4_000_000, $"{i}"));
        await AskAsync(server, url, known);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 10; i++)
            (await AskAsync(server, url, known)).Should().Be(status);

        (GC.GetTotalAllocatedBytes(precise: true) - before).Should().BeLessThan(10 * 1_000_000);
    }

    // The client's own copy must not count.
    private static async Task<int> AskAsync(TestServer server, string url, string known)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("If-None-Match", known);
        using var response = await server.Client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
