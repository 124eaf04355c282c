using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Caching;

public class PolicyTests
{
    private readonly FakeTimeProvider time = new();
    private readonly Backoff backoff;

    public PolicyTests() =>
        backoff = new Backoff(TimeSpan.FromMilliseconds(800), TimeSpan.FromMinutes(2), time, new Jitter(new Random(1)));

    [Fact]
    public void Every_fault_has_its_own_word() =>
        Enum.GetValues<Fault>().Select(FaultRule.Word).Should().OnlyHaveUniqueItems().And.OnlyContain(w => w.All(c => c == '_' || char.IsAsciiLetterLower(c)));

    [Fact]
    public void Only_what_makes_the_version_worthless_lists_again() =>
        Enum.GetValues<Fault>().Where(f => FaultRule.Of(f).Relist).Should().Equal(
            Fault.Idle, Fault.Expired, Fault.TooLarge, Fault.Unreadable, Fault.Unauthorized, Fault.Forbidden, Fault.NotFound, Fault.Rejected, Fault.Unexpected);

    [Fact]
    public void Waits_double_up_to_their_limit_and_begin_anew_after_a_healthy_while()
    {
        var waits = Enumerable.Range(0, 9).Select(_ => backoff.Next(TimeSpan.FromSeconds(30)).TotalSeconds).ToArray();
        foreach (var (wait, middle) in waits.Zip([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30, 30]))
            wait.Should().BeInRange(middle * 0.8, middle * 1.2);
        time.Advance(TimeSpan.FromMinutes(2) + TimeSpan.FromSeconds(37));
        backoff.Next(TimeSpan.FromSeconds(30)).TotalSeconds.Should().BeInRange(0.64, 0.96);
        backoff.Failures.Should().Be(1);
    }

    [Fact]
    public void What_a_server_asks_for_is_kept_within_the_limit()
    {
        var most = new ReflectorOptions().MaxRetryAfter;
        most.Should().Be(TimeSpan.FromMinutes(5));
        backoff.Next(most, TimeSpan.FromSeconds(7)).TotalSeconds.Should().BeInRange(7, 9);
        backoff.Next(most, TimeSpan.FromSeconds(90)).TotalSeconds.Should().BeInRange(90, 109, "never earlier than asked");
        backoff.Next(most, TimeSpan.FromHours(7)).TotalSeconds.Should().BeInRange(300, 361);
        backoff.Next(most, TimeSpan.Zero).TotalSeconds.Should().BeGreaterThan(0.6, "none would be a circle");
    }
}
