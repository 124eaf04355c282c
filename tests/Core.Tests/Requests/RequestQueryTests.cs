using CsCheck;
using HttpSd.Core.Requests;

namespace HttpSd.Core.Tests.Requests;

public sealed class RequestQueryTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("?", "")]
    [InlineData("&&", "")]
    [InlineData("?a=1", "a:1")]
    [InlineData("a=1&b=2&a=3", "a:1|b:2")]
    [InlineData("a", "a:")]
    [InlineData("a=", "a:")]
    [InlineData("=v", ":v")]
    [InlineData("a=b=c", "a:b=c")]
    [InlineData("a+b=c+d", "a b:c d")]
    [InlineData("a%2Bb=%20", "a+b: ")]
    [InlineData("a=%C3%A4", "a:ä")]
    [InlineData("%61=1&a=2", "a:1")]
    [InlineData("a=100%", "a:100%")]
    [InlineData("a=%zz", "a:%zz")]
    [InlineData("a=%4", "a:%4")]
    [InlineData("a=%FF", "a:%FF")]
    public void A_query_is_decoded(string query, string expected) =>
        string.Join('|', RequestQuery.Parse(query).Select(pair => $"{pair.Key}:{pair.Value}")).Should().Be(expected);

    [Fact]
    public void No_query_throws_and_every_name_comes_once() => Gen.String.Sample(query =>
    {
        var parsed = RequestQuery.Parse(query);
        var key = new RequestKey("p", parsed);
        return parsed.DistinctBy(pair => pair.Key).Count() == parsed.Count && key.FullPath.Length > 0;
    });
}
