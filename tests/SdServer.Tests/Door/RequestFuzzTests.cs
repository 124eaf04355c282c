using System.Globalization;
using System.Text;
using System.Text.Json;
using HttpSd.Tests;
using static HttpSd.SdServer.Tests.Generators;

namespace HttpSd.SdServer.Tests.Door;

public sealed class RequestFuzzTests(RedisFixture redis) : IClassFixture<RedisFixture>
{
    private const int PerConnection = 2;

    private static readonly int Count = FuzzCount.Value;

    private int answered;

    [Fact]
    public async Task Whatever_comes_in_what_goes_out_is_HTTP_and_a_list_is_a_list()
    {
        await using var server = await TestServer.StartAsync(redis.Server);
        await server.PublishWithListAsync(Generator("x"), Body);
        await server.PublishAsync(Generator("x"), Generator("gw/a"), Generator("gw/b"));
        await server.DrainAsync();
        var options = new ParallelOptions { MaxDegreeOfParallelism = 48, CancellationToken = TestContext.Current.CancellationToken };

        await Parallel.ForAsync(0, Count / PerConnection, options, async (i, stop) =>
        {
            var random = new Random(i);
            var bytes = Enumerable.Range(0, PerConnection).SelectMany(_ => FuzzedRequest.Next(random)).ToArray();
            var answer = await RawConnection.AskAsync(server.Client.BaseAddress!, bytes, TimeSpan.FromMilliseconds(50), stop);
            if (Problem(answer) is { } problem)
                throw new InvalidOperationException($"seed {i}: {problem}\n{Encoding.Latin1.GetString(bytes)}\n---\n{answer}");
        });

        (await server.GetAsync("/healthz")).Status.Should().Be(200);
        answered.Should().BeGreaterThan(Count / 4, "noise that is never answered proves nothing");
    }

    // Pipelined answers, one after the other.
    private string? Problem(string answers)
    {
        while (answers.Length > 0)
        {
            var head = answers.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            // The connection was cut off behind its last answer's beginning, as for a mistake it may be.
            if (head < 0)
                return answers.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? null : "no HTTP";
            Interlocked.Increment(ref answered);
            var lines = answers[..head].Split("\r\n");
            if (!lines[0].StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || lines.Skip(1).Any(l => l.IndexOf(':', StringComparison.Ordinal) <= 0))
                return "no HTTP: " + lines[0];
            var status = lines[0].Split(' ')[1];
            // 505 is the web server's own word on HTTP/9.9.
            if (status[0] == '5' && status is not ("503" or "505"))
                return "status " + status;
            // Of HEAD and of chunks nothing more is known here.
            if (Length(lines) is not { } length || answers.Length < head + 4 + length)
                return null;
            var body = answers.Substring(head + 4, length);
            // HEAD has the length and no body: the next answer follows at once.
            if (body.StartsWith("HTTP/1.1 ", StringComparison.Ordinal))
                (body, length) = ("", 0);
            if (status == "200" && length > 0 && lines.Contains("Content-Type: application/json") && !IsKnown(body))
                return "body " + body;
            answers = answers[(head + 4 + length)..];
        }
        return null;
    }

    private static bool IsKnown(string body)
    {
        using var json = JsonDocument.Parse(body);
        var root = json.RootElement;
        return root.ValueKind == JsonValueKind.Array
            ? root.EnumerateArray().All(g => g.GetProperty("targets").EnumerateArray().All(t => t.ValueKind == JsonValueKind.String))
            : root.TryGetProperty("status", out _) || root.TryGetProperty("debug_info", out _) || root.TryGetProperty("generators", out _);
    }

    private static int? Length(string[] lines) =>
        lines.FirstOrDefault(l => l.StartsWith("Content-Length: ", StringComparison.Ordinal)) is { } line
            ? int.Parse(line[16..], CultureInfo.InvariantCulture)
            : null;
}
