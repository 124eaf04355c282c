using HttpSd.Operator.Tests.Runtime.Scripted;
using static HttpSd.Operator.Tests.Runtime.Caching.WatchRig;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

/// <summary>Watches that say nothing, and what that is worth.</summary>
public class SilentWatchTests
{
    [Fact]
    public async Task A_watch_that_says_nothing_at_all_is_given_up_and_its_version_doubted()
    {
        await using var rig = await RigAsync(
            (c, _) => c.SilenceAsync(), options: ReflectorRig<Thing>.Quick with { ReadIdle = TimeSpan.FromMilliseconds(200) });
        await Soon.TrueAsync(() => rig.Api.Watches >= 2, "it watches again");
        rig.Api.Lists.Should().BeGreaterThan(1);
        (await rig.RestartsAsync("idle")).Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData(503)]
    [InlineData(429)]
    public async Task An_outage_is_no_silence_however_long_it_lasts(int code)
    {
        await using var rig = await RigAsync(
            (c, n) => n == 1 ? c.CutAsync(Line("ADDED", Thing("b", "6")))
                : n < 16 ? c.RefuseAsync(code)
                : c.SilenceAsync(Line("ADDED", Thing("c", "7"))),
            options: ReflectorRig<Thing>.Quick with { ReadIdle = TimeSpan.FromMilliseconds(300) });
        await Soon.TrueAsync(() => rig.Known.Contains("c@7"), "the server is back");
        rig.Api.Lists.Should().Be(1);
        Versions(rig).Skip(1).Should().OnlyContain(v => v == "6");
    }

    [Fact]
    public async Task Silent_watches_that_the_server_ends_are_as_good_as_a_silent_one()
    {
        await using var rig = await RigAsync(
            async (c, n) =>
            {
                await c.LinesAsync();
                await Task.Delay(n % 2 == 0 ? 50 : 1, c.RequestAborted);
            },
            options: ReflectorRig<Thing>.Quick with { ReadIdle = TimeSpan.FromMilliseconds(300) });
        await Soon.TrueAsync(() => rig.Api.Lists == 2, "the version is doubted");
        (await rig.RestartsAsync("idle")).Should().Be(0);
        rig.Api.Watches.Should().BeGreaterThan(1);
    }

    [Fact]
    public async Task A_type_that_stays_the_same_is_listed_ever_more_seldom()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var rig = await RigAsync(
            (c, _) => c.SilenceAsync(),
            options: ReflectorRig<Thing>.Quick with { ReadIdle = TimeSpan.FromMilliseconds(100), MaxReadIdle = TimeSpan.FromMilliseconds(800) });
        await Soon.TrueAsync(() => rig.Api.Lists == 5, "silence goes on");
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(100 + 200 + 400 + 800));
        rig.Changes.Should().HaveCount(2);
    }

    [Fact]
    public async Task A_list_that_differs_makes_silence_doubtful_again()
    {
        await using var rig = await RigAsync(
            (c, _) => c.SilenceAsync(),
            (c, n) => c.ItemsAsync($"{n + 5}", Thing("a", $"{n}")),
            ReflectorRig<Thing>.Quick with { ReadIdle = TimeSpan.FromMilliseconds(20), MaxReadIdle = TimeSpan.FromDays(1) });
        // Doubled ten times it would take 20 s.
        await Soon.TrueAsync(() => rig.Api.Lists >= 11, "each of them is due as soon as the first");
    }

    [Fact]
    public async Task A_watch_that_outlives_its_time_is_ended_by_us()
    {
        var options = ReflectorRig<Thing>.Quick with
        {
            LeastWatch = TimeSpan.FromMilliseconds(100),
            LongestWatch = TimeSpan.FromMilliseconds(200),
            Overtime = TimeSpan.FromMilliseconds(100),
        };
        await using var rig = await RigAsync((c, _) => c.SilenceAsync(Bookmark("5")), options: options);
        await Soon.TrueAsync(() => rig.Api.Watches >= 2, "it watches again");
        rig.Api.Lists.Should().Be(1);
        (await rig.RestartsAsync("late")).Should().BeGreaterThan(0);
    }

    [Fact]
    public async Task Headers_that_do_not_come_are_not_waited_for()
    {
        await using var rig = await RigAsync(
            (c, n) => n == 1 ? Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default) : c.SilenceAsync(),
            options: ReflectorRig<Thing>.Quick with { HeaderTimeout = TimeSpan.FromMilliseconds(400) });
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        rig.Api.Lists.Should().Be(1);
    }
}
