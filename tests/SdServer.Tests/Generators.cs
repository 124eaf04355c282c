using HttpSd.Core.Definitions;

namespace HttpSd.SdServer.Tests;

/// <summary>Generators and lists that tests use.</summary>
internal static class Generators
{
    public const string Body = """[{"targets":["10.0.1.1:9100"],"labels":{"job":"node"}}]""";

    public const string OtherBody = """[{"targets":["10.0.1.2:9100"],"labels":{"job":"node"}}]""";

    public const string Miss = """{"error":"cache miss"}""";

    public const string Expired = """{"error":"cache expired"}""";

    public const string StoreUnavailable = """{"error":"store unavailable"}""";

    public const string QueueFull = """{"error":"queue full"}""";

    /// <summary>So short that a result is past it by the next request.</summary>
    public static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(1);

    public static GeneratorDefinition Generator(string path) => new() { Path = path, Name = "test/" + path };

    /// <summary>A list of so many bytes, or a little more.</summary>
    public static string BigBody(int bytes, string word = "host") =>
        "[{\"targets\":[" + string.Join(',', Enumerable.Range(0, (bytes / 24) + 1).Select(i => $"\"{word}-{i:d8}.lan:9100\"")) + "]}]";
}
