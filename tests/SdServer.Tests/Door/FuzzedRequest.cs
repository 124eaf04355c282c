using System.Text;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>A request made at random, mostly nearly right.</summary>
internal static class FuzzedRequest
{
    private static readonly string[] Methods = ["GET", "GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "get", "G\0T", ""];

    private static readonly string[] Targets =
    [
        "/targets/x", "/targets/x?debug=true", "/targets/x?reload=true", "/targets/x?a=1&b=%20", "/targets/gw", "/targets/gw/a", "/targets/", "/",
        "/targets/x?%", "/targets/%2e%2e/x", "/targets%2fx", "http://a/targets/x", "*", "/healthz", "/metrics?x", "/targets/x?a=%00", "//", "/targets/no",
    ];

    private static readonly string[] Headers =
    [
        "Host: a", "If-None-Match: *", "If-None-Match: \"", "Prefer: wait=0", "Prefer: wait=,,=", "Accept-Encoding: gzip;q=x", "Authorization: Bearer x",
        "X-Prometheus-Refresh-Interval-Seconds: NaN", "X-Prometheus-Refresh-Interval-Seconds: 1e300", "Content-Length: 0", "Content-Length: 5",
        "Transfer-Encoding: chunked", "Expect: 100-continue", "Connection: close", "Upgrade: h2c", ": x", "A", "A: \u00ff", " a: b",
    ];

    public static byte[] Next(Random random)
    {
        var text = new StringBuilder()
            .Append(Of(random, Methods)).Append(' ').Append(Of(random, Targets)).Append(random.Next(20) == 0 ? " HTTP/9.9\r\n" : " HTTP/1.1\r\n");
        if (random.Next(20) > 0)
            text.Append("Host: a\r\n");
        for (var i = random.Next(3); i > 0; i--)
            text.Append(Of(random, Headers)).Append("\r\n");
        var bytes = Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
        if (random.Next(3) > 0)
            return bytes;
        for (var i = random.Next(4); i > 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static string Of(Random random, string[] choices) => choices[random.Next(choices.Length)];
}
