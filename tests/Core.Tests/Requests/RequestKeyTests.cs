using CsCheck;
using HttpSd.Core.Requests;

namespace HttpSd.Core.Tests.Requests;

public sealed class RequestKeyTests
{
    private static readonly Gen<string> GenText = Gen.String[Gen.Char["abcdef &=+%?#/ä\u20ac\0\n"], 0, 8];

    private static readonly Gen<KeyValuePair<string, string>[]> GenParameters =
        Gen.Select(GenText, GenText, KeyValuePair.Create).Array[0, 6]
            .Select(pairs => pairs.DistinctBy(pair => pair.Key).ToArray());

    [Theory]
    [InlineData("", "/targets/a/b")]
    [InlineData("x=1", "/targets/a/b?x=1")]
    [InlineData("b=2&a=1", "/targets/a/b?a=1&b=2")]
    [InlineData("B=2&a=1", "/targets/a/b?B=2&a=1")]
    [InlineData("q=a+b%20c", "/targets/a/b?q=a%20b%20c")]
    [InlineData("q=%2f%3D%26", "/targets/a/b?q=%2F%3D%26")]
    [InlineData("flag", "/targets/a/b?flag=")]
    [InlineData("ä=€", "/targets/a/b?%C3%A4=%E2%82%AC")]
    public void The_full_path_is_sorted_and_encoded_in_one_way(string query, string fullPath) =>
        new RequestKey("a/b", RequestQuery.Parse(query)).FullPath.Should().Be(fullPath);

    [Fact]
    public void Keys_are_equal_when_their_full_paths_are()
    {
        var key = new RequestKey("x", [new("b", "2"), new("a", "1")]);
        var other = new RequestKey("x", [new("a", "1"), new("b", "2")]);

        other.Should().Be(key);
        other.GetHashCode().Should().Be(key.GetHashCode());
        key.Parameters.Select(parameter => parameter.Key).Should().Equal("a", "b");
        key.Should().NotBe(new RequestKey("x", [new("a", "1")]));
    }

    [Fact]
    public void Parse_is_the_inverse_of_the_full_path() => GenParameters.Sample(parameters =>
    {
        var key = new RequestKey("some/path", parameters);
        var parsed = RequestKey.Parse(key.FullPath);
        return parsed.FullPath == key.FullPath && parsed.Path == key.Path && parsed.Parameters.SequenceEqual(key.Parameters);
    });

    [Fact]
    public void The_order_of_the_query_is_irrelevant() => Gen.Select(GenParameters, Gen.Int).Sample((parameters, seed) =>
    {
        var shuffled = parameters.ToArray();
        new Random(seed).Shuffle(shuffled);
        return new RequestKey("p", shuffled).Equals(new RequestKey("p", parameters));
    });

    [Fact]
    public void A_text_that_is_no_full_path_is_not_parsed() =>
        FluentActions.Invoking(() => RequestKey.Parse("/metrics")).Should().Throw<FormatException>();
}
