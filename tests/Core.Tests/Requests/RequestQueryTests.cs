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

    [Theory]
    [InlineData("a=100%", "parameter 'a' has '%', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("?a=1&b=%zz&c=%4", "parameter 'b' has '%zz', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("a=%20%4", "parameter 'a' has '%4', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("a%=1", "parameter 'a%' has '%', which is no percent-encoding (a percent sign is %25)")]
    [InlineData("a=%FF", "parameter 'a' has '%FF', which is not UTF-8")]
    [InlineData("a=%C3x%A4", "parameter 'a' has '%C3', which is not UTF-8")]
    [InlineData("a=%ED%A0%80", "parameter 'a' has '%ED%A0%80', which is not UTF-8")]
    [InlineData("a=%C0%80", "parameter 'a' has '%C0%80', which is not UTF-8")]
    [InlineData("a%00%zz=1", "parameter 'a%00%zz' has '%zz', which is no percent-encoding (a percent sign is %25)")]
    public void What_can_not_be_decoded_is_named(string query, string problem) => RequestQuery.Problem(query).Should().Be(problem);

    [Theory]
    [InlineData("")]
    [InlineData("?&&a&b=&c=d+e")]
    [InlineData("a=%20%2B%25%26%3d&b=%C3%A4%E2%82%AC%F0%9F%98%80x%c3%a4")]
    [InlineData("a=~!*'();:@$,/?")]
    public void What_clients_encode_is_taken(string query) => RequestQuery.Problem(query).Should().BeNull();

    [Fact]
    public void What_was_encoded_comes_back_and_is_never_refused() => Gen.Select(Gen.String, Gen.String).Sample((name, value) =>
    {
        // Half of a surrogate pair is no text.
        (name, value) = (Whole("n" + name), Whole(value));
        var query = $"{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value)}";
        return RequestQuery.Problem(query) is null && RequestQuery.Parse(query) is [var pair] && pair.Key == name && pair.Value == value;
    });

    [Fact]
    public void No_query_throws_and_every_name_comes_once() => Gen.String.Sample(query =>
    {
        _ = RequestQuery.Problem(query);
        var parsed = RequestQuery.Parse(query);
        var key = new RequestKey("p", parsed);
        return parsed.DistinctBy(pair => pair.Key).Count() == parsed.Count && key.FullPath.Length > 0;
    });

    private static string Whole(string text) =>
        System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
