using System.Text;
using HttpSd.Core.Runs;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Tests.Targets;

public sealed class TargetListBuilderTests
{
    private static readonly TargetListLimits AsItCame = new() { Normalize = false };

    [Theory]
    [InlineData("[]", "[]")]
    [InlineData(" [ ] \n", "[]")]
    [InlineData("""[{"targets":[]}]""", """[{"targets":[]}]""")]
    [InlineData("""[{"targets":[],"labels":{"a":"1"}},{"targets":[]}]""", """[{"targets":[]}]""")]
    [InlineData("""[{"targets":[],"labels":{"a":"1"}},{"targets":["a:1"]}]""", """[{"targets":["a:1"]}]""")]
    [InlineData("""[{"labels":{},"targets":["a:1"]}]""", """[{"targets":["a:1"]}]""")]
    [InlineData("""[{"targets":["b:1","a:1","b:1"]},{"targets":["c:1"]}]""", """[{"targets":["a:1","b:1","c:1"]}]""")]
    [InlineData("""[{"targets":["a:1"],"labels":{"z":"1","a":"2"}}]""", """[{"targets":["a:1"],"labels":{"a":"2","z":"1"}}]""")]
    [InlineData("""[{"targets":["a:1"],"labels":{"e":""}}]""", """[{"targets":["a:1"],"labels":{"e":""}}]""")]
    [InlineData("""[{"targets":["z:1"],"labels":{"j":"b"}},{"targets":["y:1"],"labels":{"j":"a"}},{"targets":["x:1"]}]""",
        """[{"targets":["x:1"]},{"targets":["y:1"],"labels":{"j":"a"}},{"targets":["z:1"],"labels":{"j":"b"}}]""")]
    [InlineData("""[{"targets":["a:1"],"labels":{"__address__":"x","__param_target":"http://<x>&'+é"}}]""",
        """[{"targets":["a:1"],"labels":{"__address__":"x","__param_target":"http://<x>&'+é"}}]""")]
    [InlineData("""[{"targets":["\u0061:1"],"labels":{"t":"tab\t\"q\" \\ line\n"}}]""",
        """[{"targets":["a:1"],"labels":{"t":"tab\t\"q\" \\ line\n"}}]""")]
    public void A_list_is_written_in_one_form(string json, string body) => Lists.Body(json).Should().Be(body);

    [Theory]
    [InlineData("[ ]", "[]")]
    [InlineData("""[ {"targets": [ ]} ]""", """[{"targets":[]}]""")]
    [InlineData("""[{"labels":{"z":"1","a":"2"},"targets":["b:1","a:1","b:1"]},{"targets":["c:1"]}]""",
        """[{"targets":["b:1","a:1","b:1"],"labels":{"a":"2","z":"1"}},{"targets":["c:1"]}]""")]
    public void Without_normalisation_groups_and_targets_stay_as_they_came(string json, string body) =>
        Lists.Body(json, AsItCame).Should().Be(body);

    [Fact]
    public void A_list_carries_its_counts_and_a_strong_tag()
    {
        var list = Lists.Build("""[{"targets":["b:1","a:1"]},{"targets":["c:1"],"labels":{"x":"y"}}]""").List!;

        (list.GroupCount, list.TargetCount, list.Warnings.Count).Should().Be((2, 3, 0));
        list.ETag.Should().MatchRegex("^\"[0-9a-f]{32}\"$");
        list.ETag.Should().Be(Lists.Build("""[{"targets":["c:1"],"labels":{"x":"y"}},{"targets":["a:1","b:1"]}]""").List!.ETag);
        list.ETag.Should().NotBe(Lists.Build("[]").List!.ETag);
    }

    [Fact]
    public void Too_many_bytes_are_refused_by_the_name_of_their_setting() =>
        Lists.Build("""[{"targets":["a:1"]}]""", new TargetListLimits { MaxBytes = 10 }).Failure.Should().Be(new RunFailure(
            FailureTypes.ResultTooLarge, "the list has 21 bytes, Worker:MaxResultBytes allows 10", ""));

    [Fact]
    public void Too_many_targets_are_refused_with_their_true_number() =>
        Lists.Build(Many(1234), new TargetListLimits { MaxTargets = 1000 }).Failure.Should().Be(new RunFailure(
            FailureTypes.ResultTooLarge, "the list has 1,234 targets, Worker:MaxTargets allows 1,000", ""));

    [Fact]
    public void The_limits_themselves_are_allowed() =>
        Lists.Build(Many(10), new TargetListLimits { MaxTargets = 10 }).Failure.Should().BeNull();

    [Fact]
    public void What_is_probably_not_meant_is_a_warning() =>
        Lists.Build("""[{"targets":["a:1","http://x/y"]},{"targets":["a:1","b:1","b:1"],"labels":{"e":"f"}}]""").List!.Warnings
            .Should().Equal(
                "[0].targets[1]: http://x/y has a scheme; Prometheus takes it only with relabelling",
                "[1].targets[0]: a:1 is also in a group with other labels; Prometheus scrapes it once for each",
                "[1].targets[2]: b:1 is repeated and was dropped");

    [Fact]
    public void Warnings_are_bounded()
    {
        var json = $$"""[{"targets":[{{string.Join(',', Enumerable.Repeat("\"http://x\"", 1500))}}]}]""";
        var warnings = Lists.Build(json).List!.Warnings;

        warnings.Should().HaveCount(21);
        warnings[^1].Should().Be("and 2,979 more");
    }

    [Fact]
    public void A_hundred_thousand_targets_are_merged_by_their_labels()
    {
        var json = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 100_000).Select(i =>
            $$$"""{"targets":["host-{{{i * 7919 % 100_000}}}.example.org:9100"],"labels":{"job":"node","dc":"dc{{{i % 50}}}","env":"prod"}}"""))}]");

        var list = TargetListBuilder.Build(json, new TargetListLimits()).List!;

        (list.GroupCount, list.TargetCount).Should().Be((50, 100_000));
    }

    private static string Many(int targets) =>
        $$"""[{"targets":[{{string.Join(',', Enumerable.Range(0, targets).Select(i => $"\"h{i}:1\""))}}]}]""";
}
