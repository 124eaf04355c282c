namespace HttpSd.Cluster.Tests.History;

/// <summary>The checker on promises 1 and 2: it must find what was broken, and accuse nothing else.</summary>
public sealed class OwnerAndDemandTests
{
    private static Story Told => new();

    [Fact]
    public void A_path_may_be_claimed_again_when_its_run_was_acknowledged() =>
        Told.Claim("w1", 10, 100).Finish("w1", 20, 100).Claim("w2", 21, 101).End("w1", "w2").Violations().Should().BeEmpty();

    [Fact]
    public void A_path_may_be_claimed_again_when_its_lease_and_the_grace_are_over() =>
        Told.Claim("w1", 10, 100).Beat("w1", 3_000, 100).Claim("w2", 13_001, 101, lost: 100).End("w1", "w2").Violations().Should().BeEmpty();

    [Fact]
    public void A_claim_within_anothers_lease_is_found() =>
        Told.Claim("w1", 10, 100).Beat("w1", 3_000, 100).Claim("w2", 12_000, 101, lost: 100).End("w1", "w2").Violations()
            .Should().ContainSingle().Which.Should().StartWith("one owner: /targets/a was claimed with 101 while 100 held it");

    [Fact]
    public void A_lease_that_is_renewed_when_another_has_the_path_is_found() =>
        Told.Claim("w1", 10, 100).Claim("w2", 20_000, 101, lost: 100).Beat("w1", 20_100, 100).End("w1", "w2").Violations()
            .Should().ContainSingle().Which.Should().Contain("was renewed after 101");

    [Fact]
    public void A_run_that_is_acknowledged_when_another_has_the_path_is_found() =>
        Told.Claim("w1", 10, 100).Claim("w2", 20_000, 101, lost: 100).Finish("w1", 20_100, 100).End("w1", "w2").Violations()
            .Should().ContainSingle().Which.Should().Contain("was acknowledged after 101");

    [Fact]
    public void A_lost_owner_that_is_told_so_is_right() =>
        Told.Claim("w1", 10, 100).Claim("w2", 20_000, 101, lost: 100).Beat("w1", 20_100, 100, held: false).Finish("w1", 20_200, 100, code: 0).End("w1", "w2")
            .Violations().Should().BeEmpty();

    [Fact]
    public void An_acknowledgement_without_an_answer_may_have_ended_the_lease()
    {
        var story = Told.Claim("w1", 10, 100);
        story.Begin("w1", "finish", 20, new { path = Story.Path, token = "100", how = "done" });

        story.Claim("w2", 30, 101).End("w1", "w2").Violations().Should().BeEmpty();
    }

    [Fact]
    public void What_a_killed_worker_did_last_may_be_missing() =>
        Told.Claim("w1", 10, 100).Claim("w2", 30, 101).End("w2").Violations().Should().BeEmpty();

    [Fact]
    public void A_killed_workers_job_is_not_taken_back_before_its_lease_is_over() =>
        Told.Claim("w1", 10, 100).Claim("w2", 30, 101, lost: 100).End("w2").Violations().Should().ContainSingle();

    [Fact]
    public void A_token_that_is_given_twice_is_found() =>
        Told.Claim("w1", 10, 100).Finish("w1", 20, 100).Claim("w2", 30, 100).End("w1", "w2").Violations()
            .Should().Contain("one owner: token 100 was given 2 times");

    [Fact]
    public void Tokens_that_fall_are_found() =>
        Told.Claim("w1", 10, 100).Finish("w1", 20, 100).Claim("w2", 30, 99).Finish("w2", 40, 99).End("w1", "w2").Violations()
            .Should().Contain("one owner: /targets/a's token 100 was given before 99");

    [Fact]
    public void A_lease_does_not_outlive_the_loss_of_Redis_data() =>
        Told.Claim("w1", 10, 100).Fault("lost", 20, 21, ofRedis: true, loses: true).Claim("w2", 30, 101).End("w1", "w2").Violations().Should().BeEmpty();

    [Fact]
    public void Demand_that_ends_with_a_result_or_an_error_is_right() =>
        Told.Enqueue(10).Claim("w1", 20, 100).Commit("w1", 30, 100, "x").Finish("w1", 31, 100)
            .Enqueue(40).Claim("w1", 50, 101).Fail("w1", 60, 101).Finish("w1", 61, 101)
            .End("w1", "server").Until(60_000).Violations().Should().BeEmpty();

    [Fact]
    public void Demand_that_no_run_follows_is_found() =>
        Told.Enqueue(10).End("server").Until(60_000).Violations()
            .Should().ContainSingle().Which.Should().StartWith("no lost demand: /targets/a was asked for (1)");

    [Fact]
    public void Demand_whose_run_came_before_it_is_found() =>
        Told.Enqueue(10).Claim("w1", 20, 100).Enqueue(25, code: 4).Commit("w1", 30, 100, "x").Finish("w1", 31, 100, code: 2).End("w1", "server").Until(60_000)
            .Violations().Should().ContainSingle().Which.Should().Contain("(4)");

    [Fact]
    public void Demand_that_goes_with_the_run_it_came_in_is_found_whoever_asks_next() =>
        Told.Enqueue(10).Claim("w1", 20, 100).Enqueue(25, code: 4).Commit("w1", 30, 100, "x").Finish("w1", 31, 100)
            .Enqueue(40).Claim("w1", 50, 101).Commit("w1", 60, 101, "y").Finish("w1", 61, 101).End("w1", "server").Until(60_000)
            .Violations().Should().Equal("no lost demand: /targets/a was asked for again during 100, and went with it");

    [Fact]
    public void Demand_whose_run_is_acknowledged_without_anything_stored_is_found() =>
        Told.Enqueue(10).Claim("w1", 20, 100).Finish("w1", 31, 100).End("w1", "server").Until(60_000).Violations().Should().ContainSingle();

    [Fact]
    public void Demand_of_a_run_that_is_under_way_is_met_by_its_end_and_lost_without_one()
    {
        Story Begun() => Told.Enqueue(10).Claim("w1", 20, 100).Enqueue(25, code: 5);

        Begun().Commit("w1", 30, 100, "x").Finish("w1", 31, 100).End("w1", "server").Until(60_000).Violations().Should().BeEmpty();
        Begun().End("w1", "server").Until(60_000).Violations().Should().HaveCount(2);
    }

    [Fact]
    public void Demand_of_one_who_had_not_seen_the_newest_result_needs_no_run_of_its_own()
    {
        Story Begun(long seen) => Told.Enqueue(10).Claim("w1", 20, 100).Commit("w1", 30, 100, "x").Finish("w1", 31, 100)
            .Enqueue(40, seen: seen).Claim("w1", 50, 101).Finish("w1", 60, 101).End("w1", "server").Until(60_000);

        Begun(seen: 99).Violations().Should().BeEmpty();
        Begun(seen: 100).Violations().Should().ContainSingle();
    }

    [Fact]
    public void Demand_just_before_the_end_or_just_after_a_fault_is_given_its_time() =>
        Told.Enqueue(10).Fault("kill", 30_000, 31_000).Until(60_000).Enqueue(50_000, code: 2).End("server").Violations().Should().BeEmpty();

    [Fact]
    public void Demand_is_judged_in_each_calm_between_faults()
    {
        Story Begun(long next) => Told.Fault("kill", 5, 6).Enqueue(10).Fault("kill", 500, 600).Fault("kill", next, next + 100).End("server").Until(next + 30_000);

        Begun(next: 41_000).Violations().Should().ContainSingle().Which.Should().Contain("no run of it ended");
        Begun(next: 39_000).Violations().Should().BeEmpty("there was no calm of 40 s");
    }

    [Fact]
    public void Demand_is_not_promised_beyond_a_loss_of_Redis_data_and_is_after_it()
    {
        Told.Enqueue(10).Fault("lost", 20, 21, ofRedis: true, loses: true).End("server").Until(90_000).Violations().Should().BeEmpty();
        Told.Fault("lost", 20, 21, ofRedis: true, loses: true).Enqueue(30).End("server").Until(90_000).Violations().Should().ContainSingle();
    }

    [Fact]
    public void Demand_that_was_called_off_is_right() =>
        Told.Enqueue(10).Call("server", "cancel", 20, new { paths = new[] { Story.Path } }, new { count = "1", floor = "0" }).End("server").Until(60_000)
            .Violations().Should().BeEmpty();
}
