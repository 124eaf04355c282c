namespace HttpSd.Cluster.Tests.History;

/// <summary>The checker on promises 4 to 6: it must find what was broken, and accuse nothing else.</summary>
public sealed class ResultTests
{
    // Two runs of which the second begins when the first has ended.
    private static Story Told => new Story().Claim("w1", 10, 100).Commit("w1", 20, 100, "x").Finish("w1", 21, 100).Claim("w1", 30, 110);

    [Fact]
    public void Results_in_the_order_of_their_claims_are_right() =>
        Told.Commit("w1", 40, 110, "y").Finish("w1", 41, 110).End("w1").Violations().Should().BeEmpty();

    [Fact]
    public void A_result_over_one_of_a_later_claim_is_found() =>
        new Story().Claim("w1", 10, 100).Claim("w2", 20_000, 110, lost: 100).Commit("w2", 20_010, 110, "y").Commit("w1", 20_020, 100, "x").End("w1", "w2")
            .Violations().Should().ContainSingle().Which.Should().Be("ordered results: /targets/a had the result of 110, and 100 was stored after it");

    [Fact]
    public void A_late_result_that_is_refused_is_right() =>
        new Story().Claim("w1", 10, 100).Claim("w2", 20_000, 110, lost: 100).Commit("w2", 20_010, 110, "y").Commit("w1", 20_020, 100, "x", code: -1).End("w1", "w2")
            .Violations().Should().BeEmpty();

    [Fact]
    public void An_error_over_a_result_of_a_later_claim_is_found() =>
        new Story().Claim("w1", 10, 100).Claim("w2", 20_000, 110, lost: 100).Commit("w2", 20_010, 110, "y").Fail("w1", 20_020, 100).End("w1", "w2")
            .Violations().Should().ContainSingle();

    [Fact]
    public void A_lost_runs_result_after_it_was_replaced_is_found() =>
        new Story().Claim("w1", 10, 100).Claim("w2", 20_000, 110, lost: 100).Raise("w2", 20_010, 100).Commit("w1", 20_020, 100, "x").End("w1", "w2")
            .Violations().Should().ContainSingle().Which.Should().Be("ordered results: /targets/a was voided up to 100 by raise, and 100 was stored after it");

    [Fact]
    public void A_result_of_before_a_reload_that_is_stored_after_it_is_found() =>
        Told.Clear("server", 35, 111).Commit("w1", 40, 110, "y").End("w1", "server")
            .Violations().Should().ContainSingle().Which.Should().Contain("was voided up to 111 by clear");

    [Fact]
    public void Writes_at_one_time_may_have_come_in_either_order()
    {
        var story = new Story().Claim("w1", 10, 100).Claim("w2", 20_000, 110, lost: 100).Commit("w2", 20_010, 110, "y");
        story.Begin("w1", "commit", 20_000, new { path = Story.Path, token = "100", etag = "x" });

        story.End("w1", "w2").Violations().Should().BeEmpty();
    }

    [Fact]
    public void A_new_epoch_has_an_order_of_its_own() =>
        Told.Commit("w1", 40, 110, "y").Fault("lost", 50, 51, ofRedis: true, loses: true).Claim("w1", 60, 90).Commit("w1", 70, 90, "z").End("w1")
            .Violations().Should().BeEmpty();

    [Fact]
    public void What_is_served_when_a_reload_is_confirmed_comes_from_a_later_run() =>
        Told.Reloaded(32).Clear("server", 35, 105).Commit("w1", 50, 110, "y").Serve(60, "y").End("w1", "server").Violations().Should().BeEmpty();

    [Fact]
    public void An_older_list_from_the_server_that_has_confirmed_a_reload_is_found() =>
        Told.Reloaded(32).Clear("server", 35, 105).Serve(60, "x").End("w1", "server").Violations()
            .Should().ContainSingle().Which.Should().Be("ordered results: /targets/a was reloaded with 105, and s1 served 100 after it");

    [Fact]
    public void Another_server_has_some_seconds_to_hear_of_a_reload()
    {
        // Lists of the same bytes that are fresh for long.
        Story Begun() => new Story().Claim("w1", 10, 100)
            .Call("w1", "commit", 20, new { path = Story.Path, token = "100", etag = "x", bodySha256 = "x", fresh = "60000", stale = "0" }, new { code = "1" })
            .Reloaded(32).Clear("server", 35, 105);

        Begun().Serve(2_000, "x", server: "s2").End("w1", "server").Violations().Should().BeEmpty();
        Begun().Serve(6_000, "x", server: "s2").End("w1", "server").Violations().Should().ContainSingle();
        Begun().Fault("stop of Redis", 1_000, 5_500, ofRedis: true).Serve(6_000, "x", server: "s2", stale: true).End("w1", "server").Violations().Should().BeEmpty();
    }

    [Fact]
    public void A_list_as_it_was_stored_is_right() =>
        Told.Serve(50, "x").End("w1").Violations().Should().BeEmpty();

    [Fact]
    public void A_list_that_nobody_stored_is_found() =>
        Told.Serve(50, "z").End("w1").Violations().Should().ContainSingle().Which.Should().Be("whole results: s1 served z of /targets/a, which nobody had stored");

    [Fact]
    public void A_list_that_is_stored_only_later_is_found() =>
        Told.Serve(35, "y").Commit("w1", 40, 110, "y").End("w1").Violations().Should().ContainSingle().Which.Should().Contain("nobody had stored");

    [Fact]
    public void A_list_with_other_bytes_than_its_tag_says_is_found() =>
        Told.Serve(50, "x", bytes: "half").End("w1").Violations().Should().ContainSingle().Which.Should().Contain("other bytes");

    [Fact]
    public void A_list_that_was_refused_and_is_served_all_the_same_is_found() =>
        Told.Commit("w1", 40, 110, "y", code: -2).Serve(50, "y").End("w1").Violations().Should().ContainSingle().Which.Should().Contain("refused");

    [Fact]
    public void A_list_of_a_worker_that_was_killed_on_sending_it_may_be_missing() =>
        Told.Serve(50, "y").Violations().Should().BeEmpty();

    [Fact]
    public void A_list_past_its_time_is_marked_and_later_not_served()
    {
        Told.Serve(1_900, "x").Serve(2_400, "x", stale: true).Serve(4_900, "x", stale: true).End("w1").Violations().Should().BeEmpty();
        Told.Serve(2_400, "x").End("w1").Violations().Should().ContainSingle().Which.Should().Be("bounded age: s1 served /targets/a unmarked, 2179 ms old");
        Told.Serve(6_000, "x", stale: true).End("w1").Violations().Should().ContainSingle().Which.Should().StartWith("bounded age: s1 served /targets/a, 5");
    }

    [Fact]
    public void A_list_that_a_run_has_brought_again_is_as_young_as_that() =>
        Told.Commit("w1", 4_000, 110, "x", code: 0).Serve(5_500, "x").End("w1").Violations().Should().BeEmpty();

    [Fact]
    public void Without_Redis_an_older_list_is_served_but_not_unmarked()
    {
        Story Begun() => Told.Fault("stop of Redis", 3_000, 9_000, ofRedis: true);

        Begun().Serve(8_000, "x", stale: true).End("w1").Violations().Should().BeEmpty();
        Begun().Serve(8_000, "x").End("w1").Violations().Should().ContainSingle().Which.Should().Contain("unmarked");
        Begun().Serve(15_000, "x", stale: true).End("w1").Violations().Should().ContainSingle();
    }

    [Fact]
    public void A_server_whose_calls_fail_is_without_Redis_too() =>
        Told.FailedRead("server", 6_000).Serve(8_000, "x", stale: true).Serve(13_000, "x", stale: true).End("w1", "server").Violations()
            .Should().ContainSingle().Which.Should().Be("bounded age: s1 served /targets/a, 12779 ms old");

    [Fact]
    public void What_Redis_has_lost_is_served_marked_until_a_run_has_brought_it_again()
    {
        Story Begun() => Told.Fault("lost", 3_000, 3_001, ofRedis: true, loses: true);

        Begun().Serve(15_000, "x", stale: true).End("w1").Violations().Should().BeEmpty();
        Begun().Serve(60_000, "x", stale: true).End("w1").Violations().Should().ContainSingle();
    }
}
