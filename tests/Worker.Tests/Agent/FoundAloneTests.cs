using HttpSd.Redis.Queue;
using HttpSd.Worker.Agent;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Worker.Tests.Agent;

public sealed class FoundAloneTests
{
    private static readonly CrowdingGenerator Crowding = new("/targets/a", MayHaveMore: true);
    private static readonly CrowdingGenerator Full = Crowding with { MayHaveMore = false };

    private readonly FakeTimeProvider time = new();
    private readonly FoundAlone alone;

    public FoundAloneTests() => alone = new FoundAlone(time);

    [Fact]
    public void What_was_looked_past_in_vain_is_not_looked_past_again_for_a_moment()
    {
        Claim(Crowding, "a?x=1");

        alone.Ask(Crowding)!.Passed.Should().Be(0);
        alone.Ask(Full)!.Passed.Should().Be(0);
        alone.Ask(Crowding with { FullPath = "/targets/b" })!.Passed.Should().Be(CrowdingGenerator.MostPassed);
        time.Advance(TimeSpan.FromMilliseconds(60));
        alone.Ask(Crowding)!.Passed.Should().Be(CrowdingGenerator.MostPassed);
    }

    [Fact]
    public void A_claim_that_looked_past_nothing_makes_the_moment_no_longer()
    {
        Claim(Crowding, "a?x=1");
        time.Advance(TimeSpan.FromMilliseconds(40));
        Claim(Crowding, "a?x=2");
        time.Advance(TimeSpan.FromMilliseconds(20));

        alone.Ask(Crowding)!.Passed.Should().Be(CrowdingGenerator.MostPassed);
    }

    [Fact]
    public void Anothers_job_ends_it()
    {
        Claim(Crowding, "a?x=1");
        Claim(Crowding, "b");

        alone.Ask(Crowding)!.Passed.Should().Be(CrowdingGenerator.MostPassed);
    }

    [Fact]
    public void After_a_claim_that_brought_nothing_the_next_is_spared_until_a_message_comes()
    {
        alone.IsForOthers(Full).Should().BeFalse();
        Claim(Full, null);

        alone.IsForOthers(Full).Should().BeTrue();
        alone.IsForOthers(Crowding).Should().BeFalse("it may have one more");
        alone.IsForOthers(null).Should().BeFalse();
        alone.Forget();
        alone.IsForOthers(Full).Should().BeFalse();
        alone.Ask(Full)!.Passed.Should().Be(CrowdingGenerator.MostPassed);
    }

    [Fact]
    public void It_is_spared_for_a_moment_only()
    {
        Claim(Full, null);
        time.Advance(TimeSpan.FromMilliseconds(60));

        alone.IsForOthers(Full).Should().BeFalse();
    }

    [Fact]
    public void A_job_that_was_brought_does_not_spare_the_claim_that_tells_the_queue_to_wake_this_worker()
    {
        Claim(Crowding, "a?x=1");

        alone.IsForOthers(Full).Should().BeFalse();
    }

    [Fact]
    public void A_message_during_the_claim_counts()
    {
        var asked = alone.Ask(Full);
        alone.Forget();
        alone.Note(asked, null);

        alone.IsForOthers(Full).Should().BeFalse();
    }

    private void Claim(CrowdingGenerator crowding, string? brought) => alone.Note(
        alone.Ask(crowding), brought is null ? null : new ClaimedJob("default", "/targets/" + brought, "id", 1, 0, 0, 0));
}
