using System.Text;

namespace HttpSd.Core.Tests.Targets;

/// <summary>What a script may print, made at random: mostly nearly a list.</summary>
internal static class FuzzedOutput
{
    private static readonly string[] Targets =
        ["\"a:1\"", "\"[::1]:9100\"", "\"http://a/m\"", "\"\"", "\" a:1\"", "\"a:1\\u0000\"", "\"\\ud800\"", "\"\\uD83D\\uDE00:1\"", "1", "null", "true", "[]", "{}", "\"a:1\",\"a:1\"", "\"é:1\"", "\"a\\n\""];

    private static readonly string[] Labels =
    [
        "\"job\":\"x\"", "\"env\":\"\"", "\"__meta_a\":\"1\"", "\"__address__\":\"b:2\"", "\"\":\"x\"", "\"a b\":\"x\"", "\"0a\":\"x\"", "\"a\":1", "\"a\":null", "\"a\":[]",
        "\"a\":\"1\",\"a\":\"2\"", "\"\\u0061\":\"x\"", "\"a\":\"\\udc00\"", "\"é\":\"x\"", "\"a\":\"" + new string('v', 300) + "\"",
    ];

    private static readonly string[] Around = ["{0}", "{0}", "{0}", "{0}", " {0} \n", "\ufeff{0}", "{0}x", "{{\"a\":{0}}}", "[{0}]", "{0},", "/* */{0}", "{0}\u0000"];

    public static byte[] Next(Random random)
    {
        var text = new StringBuilder("[");
        for (var groups = random.Next(5); groups > 0; groups--)
        {
            text.Append(random.Next(30) == 0 ? Of(random, Targets) : Group(random));
            if (groups > 1 || random.Next(40) == 0)
                text.Append(',');
        }
        var bytes = Encoding.UTF8.GetBytes(Of(random, Around).Replace("{{", "{", StringComparison.Ordinal).Replace("{0}", text.Append(']').ToString(), StringComparison.Ordinal));
        for (var hits = random.Next(6) - 2; hits > 0; hits--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(12) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    private static string Group(Random random)
    {
        var targets = string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(4) > 0 ? Targets[random.Next(3)] : Of(random, Targets)));
        var labels = string.Join(',', Enumerable.Range(0, random.Next(3)).Select(_ => random.Next(4) > 0 ? Labels[random.Next(3)] : Of(random, Labels)));
        return random.Next(12) switch
        {
            0 => $"{{\"labels\":{{{labels}}},\"targets\":[{targets}]}}",
            1 => $"{{\"targets\":[{targets}],\"source\":\"x\"}}",
            2 => $"{{\"targets\":[{targets}],\"targets\":[]}}",
            3 => $"{{\"labels\":{{{labels}}}}}",
            4 => $"{{\"targets\":[{targets}],\"labels\":[{labels}]}}",
            5 => new string('[', random.Next(200)),
            _ => $"{{\"targets\":[{targets}],\"labels\":{{{labels}}}}}",
        };
    }

    private static string Of(Random random, string[] all) => all[random.Next(all.Length)];
}
