using HttpSd.SdServer.Requests;

namespace HttpSd.SdServer.Tests;

public sealed class DotSegmentsTests
{
    [Theory]
    [InlineData("/targets/..", true)]
    [InlineData("/targets/%2e%2E/metrics", true)]
    [InlineData("/targets/a/.%2e/b?x=1", true)]
    [InlineData("/targets/./a", true)]
    [InlineData("/targets/a%2F..%2fb", true)]
    [InlineData("/targets/a%2f%2E%2e", true)]
    [InlineData("/targets/a%252F../b", false)]
    [InlineData("/targets/a%2Fb?x=%2F..", false)]
    [InlineData("/targets/a.b/...", false)]
    [InlineData("/targets/a?x=/../", false)]
    [InlineData("/targets/", false)]
    public void Dots_are_seen_as_they_were_sent(string target, bool there) =>
        DotSegments.AreIn(target).Should().Be(there);
}
