using HttpSd.Operator.Tests.Runtime.Scripted;
using static HttpSd.Operator.Tests.Runtime.Caching.WatchRig;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

/// <summary>All the ways in which a watch can end.</summary>
public class WatchTests
{
    [Theory]
    [InlineData("in the stream")]
    [InlineData("as the answer")]
    public async Task An_expired_version_is_listed_again_and_what_is_missing_counts_as_deleted(string how)
    {
        await using var rig = await RigAsync(
            (c, n) => n > 1 ? c.SilenceAsync()
                : how == "as the answer" ? c.RefuseAsync(410, "Expired")
                : c.LinesAsync(Line("ERROR", ServerStatus(410, "Expired"))),
            (c, n) => n == 1 ? c.ItemsAsync("5", Before) : c.ItemsAsync("9", Thing("a", "8")));
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        rig.Changes.Should().Equal("Added a uid-a@1", "Added gone uid-gone@2", "Deleted gone uid-gone@2", "Modified a uid-a@8");
        Versions(rig).Should().Equal("5", "9");
        (await rig.RestartsAsync("expired")).Should().Be(1);
        (await rig.MetricAsync("httpsd_operator_relists_total{resource=\"things\"}")).Should().Be(1);
    }

    [Fact]
    public async Task What_was_deleted_and_made_again_meanwhile_is_both()
    {
        await using var rig = await RigAsync(
            (c, n) => n > 1 ? c.SilenceAsync() : c.RefuseAsync(410, "Gone"),
            (c, n) => n == 1 ? c.ItemsAsync("5", Thing("a", "1", "old")) : c.ItemsAsync("9", Thing("a", "8", "new")));
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        rig.Changes.Should().Equal("Added a old@1", "Deleted a old@1", "Added a new@8");
    }

    [Fact]
    public async Task Too_many_requests_are_waited_for_as_long_as_asked_and_nothing_is_listed()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await using var rig = await RigAsync((c, n) => n == 1 ? c.RefuseAsync(429, "TooManyRequests", retryAfter: 1) : c.SilenceAsync());
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(1));
        (rig.Api.Lists, string.Join(',', Versions(rig))).Should().Be((1, "5,5"));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_server_that_is_away_costs_neither_the_version_nor_the_objects(int code)
    {
        await using var rig = await RigAsync((c, n) => n < 4 ? c.RefuseAsync(code) : c.SilenceAsync());
        await Soon.TrueAsync(() => rig.Api.Watches == 4 && rig.Reflector.Trouble is null, "it watches again");
        (rig.Api.Lists, rig.Store.Count).Should().Be((1, 2));
        Versions(rig).Should().OnlyContain(v => v == "5");
        (await rig.RestartsAsync("unavailable")).Should().Be(3);
    }

    [Fact]
    public async Task A_version_that_the_server_has_not_reached_is_given_up()
    {
        await using var rig = await RigAsync(
            (c, n) => n == 1
                ? c.RefuseAsync(504, "Timeout", details: """{"causes":[{"reason":"ResourceVersionTooLarge"}]}""")
                : c.SilenceAsync(),
            (c, n) => c.ItemsAsync(n == 1 ? "500" : "3", Before));
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        Versions(rig).Should().Equal("500", "3");
    }

    [Theory]
    [InlineData(401, "unauthorized")]
    [InlineData(403, "forbidden")]
    [InlineData(404, "not_found")]
    public async Task A_refusal_is_said_and_tried_again_and_what_was_known_stays(int code, string reason)
    {
        var open = false;
        await using var rig = await RigAsync(
            (c, n) => n == 1 ? c.LinesAsync(Line("ERROR", ServerStatus(410, "Expired"))) : c.SilenceAsync(),
            (c, n) => n == 1 || Volatile.Read(ref open) ? c.ItemsAsync("5", Before) : c.RefuseAsync(code, "scripted"));
        await Soon.TrueAsync(() => rig.Api.Lists >= 4, "it goes on trying");
        rig.Reflector.Trouble.Should().StartWith($"things in all namespaces: {code} scripted");
        (await rig.MetricAsync("httpsd_operator_watch_failing{resource=\"things\",namespace=\"\"}")).Should().Be(1);
        (rig.Store.Count, rig.Reflector.Synced, rig.Reflector.Alive).Should().Be((2, true, true));
        Volatile.Write(ref open, true);
        await Soon.TrueAsync(() => rig.Reflector.Trouble is null, "it works again");
        await Task.Delay(20, TestContext.Current.CancellationToken);
        (await rig.MetricAsync("httpsd_operator_watch_failing{resource=\"things\",namespace=\"\"}")).Should().Be(0);
        (await rig.RestartsAsync(reason)).Should().BeGreaterThan(1);
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("ended")]
    public async Task A_line_that_is_cut_is_told_again_from_the_last_version(string how)
    {
        var half = Line("MODIFIED", Thing("a", "7"))[..40];
        await using var rig = await RigAsync((c, n) =>
            n > 1 ? c.SilenceAsync(Line("MODIFIED", Thing("a", "7")))
            : how == "broken" ? c.CutAsync(Line("ADDED", Thing("b", "6")), half)
            : c.LinesAsync(Line("ADDED", Thing("b", "6")), half));
        await Soon.TrueAsync(() => rig.Known.Contains("a@7"), "the event comes again");
        Versions(rig).Should().Equal("5", "6");
        rig.Api.Lists.Should().Be(1);
        (await rig.RestartsAsync("unavailable")).Should().Be(1);
    }

    [Theory]
    [InlineData("}garbage\n")]
    [InlineData("[]\n")]
    [InlineData("<html>\n")]
    [InlineData("{\"type\":\"PARTY\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"a\"}}}\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"name\":\"a\",\"resourceVersion\":\"6\"},\"spec\":7}}\n")]
    public async Task A_line_that_is_no_event_has_everything_listed_again(string garbage)
    {
        await using var rig = await RigAsync((c, n) => n == 1 ? c.SilenceAsync(garbage) : c.SilenceAsync());
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it watches again");
        rig.Api.Lists.Should().Be(2);
        (await rig.RestartsAsync("unreadable")).Should().Be(1);
    }

    [Fact]
    public async Task Errors_within_the_stream_are_tried_again_for_a_while_before_everything_is_listed()
    {
        await using var rig = await RigAsync((c, n) => n < 6 ? c.LinesAsync(Line("ERROR", ServerStatus(500, "InternalError"))) : c.SilenceAsync());
        await Soon.TrueAsync(() => rig.Api.Watches == 6, "it watches again");
        rig.Api.Lists.Should().Be(2);
        rig.Api.Requests.Select(r => r.Contains("watch", StringComparison.Ordinal)).Should().Equal(false, true, true, true, true, true, false, true);
    }

    [Fact]
    public async Task An_orderly_end_goes_on_from_the_last_event_or_bookmark()
    {
        await using var rig = await RigAsync((c, n) => n switch
        {
            1 => c.LinesAsync(Line("ADDED", Thing("b", "6")), "\n", Line("DELETED", Thing("gone", "7"))),
            2 => c.LinesAsync(Bookmark("12")),
            _ => c.SilenceAsync(),
        });
        await Soon.TrueAsync(() => rig.Api.Watches == 3, "it watches again");
        Versions(rig).Should().Equal("5", "7", "12");
        (rig.Api.Lists, string.Join(',', rig.Known)).Should().Be((1, "a@1,b@6"));
        rig.Changes.Last().Should().Be("Deleted gone uid-gone@7", "the server told the last state");
        (await rig.RestartsAsync("closed")).Should().Be(2);
    }

    [Fact]
    public async Task Watches_that_end_at_once_without_news_are_failures_with_waits_between_them()
    {
        await using var rig = await RigAsync(
            (c, _) => c.LinesAsync(),
            options: ReflectorRig<Thing>.Quick with
            {
                ShortWatch = TimeSpan.FromSeconds(5),
                FirstBackoff = TimeSpan.FromMilliseconds(200),
                MaxBackoff = TimeSpan.FromSeconds(5),
            });
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        rig.Api.Watches.Should().BeInRange(1, 4);
        rig.Api.Lists.Should().Be(1);
        rig.Reflector.Trouble.Should().BeNull();
    }

    [Fact]
    public async Task Lines_that_come_twice_are_one_change()
    {
        var line = Line("ADDED", Thing("b", "6"));
        var gone = Line("DELETED", Thing("b", "7"));
        await using var rig = await RigAsync((c, _) => c.SilenceAsync(line, line, gone, gone, Line("ADDED", Thing("end", "8"))));
        await Soon.TrueAsync(() => rig.Known.Contains("end@8"), "the last line arrives");
        rig.Changes.Skip(2).Should().Equal("Added b uid-b@6", "Deleted b uid-b@7", "Added end uid-end@8");
    }

    [Fact]
    public async Task A_thousand_events_at_once_keep_their_order()
    {
        var lines = Enumerable.Range(10, 1000).Select(i => Line(i < 20 ? "ADDED" : "MODIFIED", Thing($"t{i % 10}", $"{i}"))).ToArray();
        await using var rig = await RigAsync((c, _) => c.SilenceAsync([string.Concat(lines)]));
        await Soon.TrueAsync(() => rig.Changes.Count == 1002, "all arrive");
        rig.Changes.Skip(2).Select(c => int.Parse(c[(c.IndexOf('@', StringComparison.Ordinal) + 1)..], System.Globalization.CultureInfo.InvariantCulture))
            .Should().BeInAscendingOrder();
    }

    [Fact]
    public async Task A_listener_that_fails_does_not_end_the_reflector()
    {
        var listening = new TaskCompletionSource();
        await using var rig = await RigAsync(async (c, _) =>
        {
            await listening.Task;
            await c.SilenceAsync(Line("ADDED", Thing("b", "6")), Line("ADDED", Thing("c", "7")));
        });
        await Soon.TrueAsync(() => rig.Api.Watches == 1, "it watches");
        rig.Store.Changed += c =>
        {
            if (c.Key.Name == "b" && rig.Api.Lists == 1)
                throw new InvalidOperationException("scripted");
        };
        listening.SetResult();
        await Soon.TrueAsync(() => rig.Known.Contains("c@7"), "it goes on");
        (await rig.RestartsAsync("unexpected")).Should().Be(1);
        rig.Reflector.Alive.Should().BeTrue();
    }
}
