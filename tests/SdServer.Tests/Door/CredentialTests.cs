using HttpSd.SdServer.Door;
using Microsoft.Extensions.Options;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class CredentialTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const string Unauthorized = """{"error":"unauthorized"}""";
    private const string Forbidden = """{"error":"forbidden"}""";

    [Fact]
    public async Task A_list_goes_out_for_a_good_token_and_for_no_other()
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync("Mode=bearer", "TokenFiles=" + secret.Write("tokens", "first\n\nsecond\n"));
        var url = server.Client.BaseAddress + "targets/x";

        foreach (var token in new[] { "first", "second" })
            (await Curl.RunAsync("-H", "Authorization: Bearer " + token, url)).Should().Be((200, Body));
        foreach (var header in new[] { "Bearer third", "Bearer firs", "Bearer first2", "Bearer ", "Basic Zmlyc3Q=", "first", "Bearer first second" })
            (await Curl.RunAsync("-H", "Authorization: " + header, url)).Should().Be((401, Unauthorized), header);
        (await Curl.RunAsync(url)).Should().Be((401, Unauthorized));
        (await Curl.RunAsync("-H", "Authorization: Bearer first", "-H", "Authorization: Bearer second", url)).Status.Should().Be(401);
        // Also once it is in memory and asked for by everybody.
        (await Curl.RunAsync(url)).Status.Should().Be(401);
    }

    [Fact]
    public async Task A_stranger_learns_nothing_of_which_paths_there_are()
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync("Mode=bearer", "TokenFiles=" + secret.Write("tokens", "first"));
        await server.GetAsync("/targets/x", ("Authorization", "Bearer first"));
        var seen = new HashSet<string>();
        foreach (var path in new[] { "/targets/x", "/targets/no", "/", "/no", "/targets/x?debug=true", "/targets/%2e%2e/x", "/HEALTHZ", "/healthz/", "/targets/../healthz" })
        {
            var reply = await server.GetRawAsync(path);
            seen.Add($"{reply.Status} {reply.Body} {string.Join(';', reply.Headers.Where(h => h.Key != "Date"))}");
        }

        seen.Should().ContainSingle().Which.Should().StartWith("401 " + Unauthorized)
            .And.Contain("[WWW-Authenticate, Bearer realm=\"httpsd\"]").And.Contain("[Content-Type, application/json]");
        foreach (var path in new[] { "/healthz", "/readyz", "/metrics" })
            (await server.GetAsync(path)).Status.Should().Be(200, path);
        (await server.MetricAsync("httpsd_auth_refusals_total{reason=\"missing\"}")).Should().Be(9);
    }

    [Fact]
    public async Task User_and_password_are_read_from_lines_and_from_a_mounted_Secret()
    {
        using var secret = new SecretFolder();
        var files = $"{secret.Write("users", "a:b:c\n")},{secret.Mount(("username", "tenant"), ("password", "pass word\n"))}";
        await using var server = await StartAsync("Mode=basic", "BasicFiles=" + files, "ProtectMetrics=true");
        var url = server.Client.BaseAddress + "targets/x";

        (await Curl.RunAsync("-u", "a:b:c", url)).Should().Be((200, Body));
        (await Curl.RunAsync("-u", "tenant:pass word", url)).Should().Be((200, Body));
        foreach (var user in new[] { "a:b", "tenant:pass", "tenant:", ":" })
            (await Curl.RunAsync("-u", user, url)).Should().Be((401, Unauthorized), user);
        (await Curl.RunAsync("-H", "Authorization: Basic %%%", url)).Status.Should().Be(401);
        (await Curl.RunAsync(server.Client.BaseAddress + "metrics")).Status.Should().Be(401);
        (await Curl.RunAsync("-u", "a:b:c", server.Client.BaseAddress + "metrics")).Status.Should().Be(200);
    }

    [Fact]
    public async Task Credentials_are_swapped_without_a_refused_request()
    {
        using var secret = new SecretFolder();
        var mount = secret.Mount(("token", "v0"));
        await using var server = await StartAsync("Mode=bearer", "TokenFiles=" + mount);
        var (asked, refused, token) = (0, 0, "v0");
        using var end = new CancellationTokenSource();
        var asking = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                var reply = await server.GetAsync("/targets/x", ("Authorization", "Bearer " + Volatile.Read(ref token)));
                asked++;
                refused += reply.Status == 200 ? 0 : 1;
            }
        });
        for (var i = 1; i <= 2; i++)
        {
            secret.Mount(("token", $"v{i - 1}\nv{i}"));
            var next = $"v{i}";
            await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x", ("Authorization", "Bearer " + next)), r => r.Status == 200);
            Volatile.Write(ref token, next);
            await Task.Delay(100, TestContext.Current.CancellationToken);
            secret.Mount(("token", next));
            var last = $"v{i - 1}";
            (await TestServer.EventuallyAsync(() => server.GetAsync("/targets/x", ("Authorization", "Bearer " + last)), r => r.Status == 401)).Status.Should().Be(401);
        }
        // An empty file is a mistake, not a wish to shut out everybody.
        secret.Mount(("token", "\n"));
        await Task.Delay(1500, TestContext.Current.CancellationToken);
        await end.CancelAsync();
        await asking;

        (asked > 20, refused).Should().Be((true, 0));
    }

    [Fact]
    public async Task Debug_reload_and_the_page_for_people_may_need_another_credential()
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync(
            "Mode=bearer", "TokenFiles=" + secret.Write("tokens", "list"), "PrivilegedFiles=" + secret.Write("more", "more"));
        await using var open = await StartAsync("PrivilegedFiles=" + secret.Write("more", "more"));

        foreach (var path in new[] { "/targets/x?debug=true", "/targets/x?a=1&%64ebug=true", "/targets/x?reload=true", "/targets/no?debug=true", "/" })
        {
            var (plain, better) = (("Authorization", "Bearer list"), ("Authorization", "Bearer more"));
            var refused = await server.GetRawAsync(path);
            refused.Status.Should().Be(401, path);
            var reply = await server.GetAsync(path, plain);
            (reply.Status, reply.Body).Should().Be((403, Forbidden), path);
            (await open.GetRawAsync(path)).Status.Should().Be(401, path);
            if (!path.Contains("reload", StringComparison.Ordinal))
                (await server.GetAsync(path, better)).Status.Should().Be(path.Contains("no", StringComparison.Ordinal) ? 404 : 200, path);
        }
        (await server.GetAsync("/targets/x", ("Authorization", "Bearer more"))).Body.Should().Be(Body);
        (await open.GetAsync("/targets/x")).Body.Should().Be(Body);
    }

    [Fact]
    public async Task Guessing_gets_slow_and_a_good_token_never_does()
    {
        using var secret = new SecretFolder();
        await using var server = await StartAsync("Mode=bearer", "TokenFiles=" + secret.Write("tokens", "first"), "SchemelessToken=true");
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 9; i++)
            (await server.GetAsync("/targets/x", ("Authorization", "Bearer guess" + i))).Status.Should().Be(401);
        // 100 + 200 + 400 + 800 ms.
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1.4));

        var held = server.GetAsync("/targets/x");
        (await server.GetAsync("/targets/x", ("Authorization", "first"))).Status.Should().Be(200);
        held.IsCompleted.Should().BeFalse();
        (await held).Status.Should().Be(401);
    }

    [Theory]
    [InlineData("Mode=bearer", "Server:Auth:TokenFiles is empty, but Server:Auth:Mode is 'bearer'")]
    [InlineData("Mode=bearer,TokenFiles=/no/such", "Server:Auth:TokenFiles: *")]
    [InlineData("Mode=basic,BasicFiles=/dev/null", "Server:Auth:BasicFiles: /dev/null has no credential")]
    [InlineData("Mode=guess", "Server:Auth:Mode is 'guess', but must be one of none, bearer, basic, kubernetes")]
    [InlineData("TokenFiles=/a", "Server:Auth:TokenFiles is set, but Server:Auth:Mode is not 'bearer'")]
    public void What_can_t_be_a_door_stops_the_start(string settings, string message)
    {
        var start = () => SdServerApp.Create([.. settings.Split(',').Select(s => "--Server:Auth:" + s)]);

        start.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Fact]
    public void Every_credential_is_compared_wherever_the_good_one_stands()
    {
        var set = new CredentialSet([.. Enumerable.Range(0, 50).Select(i => System.Text.Encoding.ASCII.GetBytes($"token-{i}"))]);

        Enumerable.Range(0, 50).Should().OnlyContain(i => set.Contains(System.Text.Encoding.ASCII.GetBytes($"token-{i}")));
        set.Contains("token-50"u8).Should().BeFalse();
        set.Contains(""u8).Should().BeFalse();
    }

    private async Task<TestServer> StartAsync(params string[] settings)
    {
        var server = await TestServer.StartAsync(redis.Server, [.. settings.Select(s => "--Server:Auth:" + s)]);
        await server.PublishWithListAsync(Generator("x"), Body);
        return server;
    }
}
