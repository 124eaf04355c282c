using HttpSd.Redis.Queue;
using HttpSd.Worker.Agent;

namespace HttpSd.Worker.Tests.Agent;

public sealed class SlotShareTests
{
    [Theory]
    [InlineData(1, "")]
    [InlineData(2, "")]
    [InlineData(4, "a b c")]
    [InlineData(4, "a")]
    [InlineData(5, "a a?x=1 b")]
    [InlineData(4, "ab a?x=1")]
    public void Below_half_of_the_slots_nobody_crowds(int slots, string held) =>
        SlotShare.Decide(Paths(held), slots).Should().BeNull();

    [Theory]
    [InlineData(2, "a", false)]
    [InlineData(3, "a a?x=1", false)]
    [InlineData(4, "a a?x=1", true)]
    [InlineData(4, "a a?x=1 b", true)]
    [InlineData(4, "a a?x=1 a?x=2", false)]
    [InlineData(5, "b a a?x=1 a?x=2", true)]
    [InlineData(5, "a a?x=1 a?x=2 a?x=3", false)]
    public void A_generator_with_half_of_them_crowds_and_the_last_slot_is_not_for_it(int slots, string held, bool mayHaveMore) =>
        SlotShare.Decide(Paths(held), slots).Should().Be(new CrowdingGenerator("/targets/a", mayHaveMore));

    private static IEnumerable<string> Paths(string held) =>
        held.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(path => "/targets/" + path);
}
