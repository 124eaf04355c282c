using System.Globalization;
using System.IO.Compression;
using System.Text;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests;

public sealed class HttpFormTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    [Fact]
    public async Task A_known_tag_gets_304()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);
        var tag = (await server.GetAsync("/targets/x"))["ETag"]!;
        tag.Should().MatchRegex("^\"[^\"]+\"$");

        foreach (var known in new[] { tag, "W/" + tag, "\"a\", " + tag, "*", tag[..^1] + "-gzip\"" })
        {
            var reply = await server.GetAsync("/targets/x", ("If-None-Match", known));
            (reply.Status, reply.Body, reply["ETag"]).Should().Be((304, "", tag), known);
        }
        (await server.GetAsync("/targets/x", ("If-None-Match", "\"other\""))).Status.Should().Be(200);
    }

    [Fact]
    public async Task Gzip_is_sent_when_accepted_under_a_tag_of_its_own()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        var body = BigBody(60_000);
        await server.PublishWithListAsync(Generator("x"), body);
        var plain = await server.GetAsync("/targets/x");
        plain.Body.Should().Be(body);
        plain["Content-Encoding"].Should().BeNull();
        plain["Vary"].Should().Be("Accept-Encoding");

        foreach (var accepted in new[] { "gzip", "deflate, GZIP;q=0.5, br", "gzip" })
        {
            var reply = await server.GetAsync("/targets/x", ("Accept-Encoding", accepted));
            (reply.Status, reply["Content-Encoding"], reply["ETag"], reply["Vary"]).Should()
                .Be((200, "gzip", plain["ETag"]![..^1] + "-gzip\"", "Accept-Encoding"));
            Unzip(reply.Bytes).Should().Be(body);
        }
        foreach (var refused in new[] { "identity", "gzip;q=0", "gzip; q=0.0", "br" })
            (await server.GetAsync("/targets/x", ("Accept-Encoding", refused)))["Content-Encoding"].Should().BeNull(refused);
        Unzip((await server.GetAsync("/targets/", ("Accept-Encoding", "gzip"))).Bytes).Should().Be(body);
    }

    [Theory]
    [InlineData(1023, null)]
    [InlineData(1024, "gzip")]
    public async Task A_small_list_is_sent_as_it_is(int bytes, string? encoding)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        const string Rest = "[{\"targets\":[\"\"]}]";
        await server.PublishWithListAsync(Generator("x"), Rest.Insert(14, new string('a', bytes - Rest.Length)));

        foreach (var url in new[] { "/targets/x", "/targets/" })
            (await server.GetAsync(url, ("Accept-Encoding", "gzip")))["Content-Encoding"].Should().Be(encoding, url);
    }

    [Fact]
    public async Task A_list_never_changed_later_than_now_by_the_answer_s_own_clock()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:LocalFreshness=50ms"]);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.PublishAsync(Generator("x"), Generator("y"));
        for (var i = 0; i < 30; i++)
        {
            var reply = await server.GetAsync(i % 2 == 0 ? "/targets/x" : "/targets/");
            if (await server.ClaimAsync() is { } job)
                await server.RunAsync(job, i % 2 == 0 ? Body : OtherBody);
            if (reply.Status == 200)
                Time(reply, "Last-Modified").Should().BeOnOrBefore(Time(reply, "Date"));
            await Task.Delay(40, TestContext.Current.CancellationToken);
        }

        // Redis' clock runs an hour ahead of this machine's.
        await using var connection = await redis.Server.ConnectAsync();
        var ahead = DateTimeOffset.Parse((await server.GetAsync("/targets/x"))["Date"]!, CultureInfo.InvariantCulture).AddHours(1);
        await connection.GetDatabase().HashSetAsync(
            server.KeyPrefix + "httpsd:t:{/targets/x}:m",
            [new("at", ahead.ToUnixTimeMilliseconds()), new("chg", ahead.ToUnixTimeMilliseconds())]);
        await Task.Delay(100, TestContext.Current.CancellationToken);

        var first = await server.GetAsync("/targets/x");
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        var second = await server.GetAsync("/targets/x");
        Time(first, "Last-Modified").Should().BeOnOrBefore(Time(first, "Date"));
        (second.Status, second["Last-Modified"]).Should().Be((200, first["Last-Modified"]), "it is the same list");
    }

    [Theory]
    [InlineData("/targets/x")]
    [InlineData("/targets/gw")]
    public async Task A_run_that_brings_the_same_list_again_does_not_move_its_date(string url)
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:LocalFreshness=50ms"]);
        string[] paths = ["x", "gw/a", "gw/b"];
        await server.PublishAsync([.. paths.Select(Generator)]);
        await RunAsync(Body);
        // As if it were stored two minutes ago.
        await server.OnRedisAsync(async db =>
        {
            foreach (var path in paths)
            {
                await db.HashDecrementAsync($"{server.KeyPrefix}httpsd:t:{{/targets/{path}}}:m", "at", 120_000);
                await db.HashDecrementAsync($"{server.KeyPrefix}httpsd:t:{{/targets/{path}}}:m", "chg", 120_000);
            }
        });
        await Task.Delay(100, TestContext.Current.CancellationToken);
        var first = await server.GetAsync(url);
        int.Parse(first["Age"]!, CultureInfo.InvariantCulture).Should().BeGreaterThanOrEqualTo(120);

        await RunAsync(Body);
        var same = await server.GetAsync(url);
        (same["Last-Modified"], same["ETag"]).Should().Be((first["Last-Modified"], first["ETag"]));
        int.Parse(same["Age"]!, CultureInfo.InvariantCulture).Should().BeLessThan(60, "it is as fresh as its last run");

        await RunAsync(OtherBody);
        Time(await server.GetAsync(url), "Last-Modified").Should().BeAfter(Time(first, "Last-Modified").AddSeconds(60));

        async Task RunAsync(string body)
        {
            foreach (var path in paths)
                await server.Queue.EnqueueAsync("default", new Core.Requests.RequestKey(path, []), 0, false, default);
            while (await server.ClaimAsync() is { } job)
                await server.RunAsync(job, body);
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Head_is_a_get_without_the_body()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);

        using var request = new HttpRequestMessage(HttpMethod.Head, "/targets/x");
        var reply = await server.SendAsync(request);

        (reply.Status, reply.ContentType, reply.Body, reply["Content-Length"]).Should().Be((200, "application/json", "", $"{Body.Length}"));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Other_methods_are_not_allowed(string method)
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishQuietlyAsync(Generator("x"));

        using var request = new HttpRequestMessage(new HttpMethod(method), "/targets/x");
        var reply = await server.SendAsync(request);

        (reply.Status, reply["Allow"], reply.Body).Should().Be((405, "GET,HEAD", """{"error":"method not allowed"}"""));
        (await server.DrainAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_list_goes_out_byte_for_byte_with_its_length_and_without_a_server_s_name()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        var body = """[{"targets":["a:1"],"labels":{"city":"Köln","note":"<&+'>"}}]""";
        await server.PublishWithListAsync(Generator("x"), body);

        for (var i = 0; i < 2; i++)
        {
            var reply = await server.GetAsync("/targets/x");
            reply.Bytes.Should().Equal(Encoding.UTF8.GetBytes(body));
            (reply["Content-Length"], reply["Server"], reply["Transfer-Encoding"]).Should().Be(($"{reply.Bytes.Length}", null, null));
        }
    }

    [Fact]
    public async Task A_request_line_beyond_the_bound_is_refused()
    {
        await using var server = await TestServer.StartAsync(redis.Server, ["--Server:MaxUrlLength=300"]);
        await server.PublishWithListAsync(Generator("x"), Body);

        (await server.GetAsync("/targets/x?a=" + new string('b', 300))).Status.Should().Be(414);
        (await server.GetAsync("/targets/x")).Status.Should().Be(200);
    }

    [Fact]
    public async Task The_page_for_people_escapes_what_it_shows()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishAsync(Generator("x"));
        await server.FailNextAsync("ValueError", "<script>alert(1)</script>", "", TimeSpan.FromSeconds(5));

        var reply = await server.GetAsync("/");

        (reply.Status, reply.ContentType).Should().Be((200, "text/html; charset=utf-8"));
        reply.Body.Should().Contain("href=\"/targets/x\"").And.Contain("ValueError: &lt;script&gt;").And.NotContain("<script");
    }

    private static DateTimeOffset Time(Reply reply, string header) =>
        DateTimeOffset.ParseExact(reply[header]!, "R", CultureInfo.InvariantCulture);

    internal static string Unzip(byte[] bytes)
    {
        using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var reader = new StreamReader(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    [Fact]
    public async Task A_method_in_another_case_is_another_method()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);

        var said = await Door.RawConnection.AskAsync(
            server.Client.BaseAddress!, "HeAD /targets/x HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray(), TimeSpan.FromMilliseconds(500), TestContext.Current.CancellationToken);

        said.Should().StartWith("HTTP/1.1 405 ");
    }
}
