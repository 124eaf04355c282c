using HttpSd.LocalCluster.History;

namespace HttpSd.Cluster.Tests.History;

/// <summary>The checker on promise 7, and what the reader makes of files.</summary>
public sealed class QueueAndReaderTests
{
    private static Story Told => new();

    [Fact]
    public void A_queue_within_its_bound_with_one_ticket_a_path_is_right() =>
        Told.Enqueue(10, pending: 10).Enqueue(15, code: 2).Claim("w1", 20, 100).Commit("w1", 25, 100, "x").Finish("w1", 30, 100).Enqueue(40)
            .Tickets(41, "/targets/a", "/targets/b").End("w1", "server").Violations().Should().BeEmpty();

    [Fact]
    public void A_job_beyond_the_bound_is_found_and_a_reload_is_none()
    {
        Told.Enqueue(10, pending: 11).End("server").Violations().Should().ContainSingle().Which.Should().Be("bounded queue: /targets/a was the 11th of at most 10");
        Told.Enqueue(10, pending: 11, reload: true).End("server").Violations().Should().BeEmpty();
    }

    [Fact]
    public void Two_tickets_of_a_path_are_found() =>
        Told.Tickets(41, "/targets/a", "/targets/b", "/targets/a").Violations().Should().ContainSingle().Which.Should().Be("bounded queue: /targets/a had 2 tickets at one time");

    [Fact]
    public void A_second_ticket_while_the_first_is_there_is_found() =>
        Told.Enqueue(10).Enqueue(20).End("server").Violations().Should().ContainSingle().Which.Should().Contain("was enqueued anew while its ticket was there");

    [Fact]
    public void A_second_ticket_while_the_first_runs_is_found() =>
        Told.Enqueue(10).Claim("w1", 15, 100).Enqueue(20).Finish("w1", 30, 100).End("server", "w1").Violations().Should().ContainSingle();

    [Fact]
    public void A_job_that_a_sweep_gave_up_may_be_enqueued_anew() =>
        Told.Enqueue(10).Claim("w1", 11, 100).Call("w2", "sweep", 15, new { grace = "5000000" }, new { retaken = "0", removed = "0", mended = "0", givenUp = new[] { Story.Path, "101" } })
            .Finish("w2", 16, 101).Enqueue(20).End("server", "w1", "w2").Violations().Should().BeEmpty();

    [Fact]
    public void A_call_that_failed_may_still_be_carried_out_for_a_while_and_not_for_ever()
    {
        Story Begun(long at) => Told.Failed("w1", "sweep", 5, new { grace = "5000000" }).Enqueue(at).Enqueue(at + 100).End("server", "w1");

        Begun(10_000).Violations().Should().BeEmpty();
        Begun(20_000).Violations().Should().ContainSingle().Which.Should().Contain("was enqueued anew while its ticket was there");
    }

    [Fact]
    public void What_a_killed_process_had_asked_for_may_not_either()
    {
        Story Begun(long at)
        {
            var story = Told;
            story.Begin("w1", "finish", 5, new { path = Story.Path, token = "100", how = "done" });
            return story.Enqueue(at).Enqueue(at + 100).End("server");
        }

        Begun(10_000).Violations().Should().BeEmpty();
        Begun(20_000).Violations().Should().ContainSingle().Which.Should().Contain("was enqueued anew while its ticket was there");
    }

    [Fact]
    public void A_file_that_lacks_lines_is_no_evidence_and_says_so() =>
        Told.Enqueue(10).Line("server", """{"lost":3}""").Violations().Should().Equal("the history of server is not complete");

    [Fact]
    public void A_line_that_was_cut_short_is_left_out() =>
        Told.Enqueue(10).Line("server", """{"call":2,"script":"enq""").Check().Calls.Should().Be(1);

    [Fact]
    public void Calls_and_runs_are_counted()
    {
        var report = Told.Enqueue(10).Claim("w1", 20, 100).Call("w1", "read", 21, new { }, new { }).Claim("w2", 20_000, 110, lost: 100)
            .Reloaded(30_000).Serve(30_020, "x").End("w1", "w2", "server").Check();

        (report.Calls, report.Runs, report.Again, report.Answers, report.Reloads).Should().Be((4, 2, 1, 1, 1));
    }

    [Fact]
    public void What_spans_a_loss_of_Redis_data_is_of_no_known_epoch()
    {
        var history = Told.Fault("lost", 20, 21, ofRedis: true, loses: true).Until(30).Read();

        history.EpochOf(At(10), At(20)).Should().Be(0);
        history.EpochOf(At(19), At(25)).Should().BeNull();
        history.EpochOf(At(22), At(25)).Should().Be(1);
        history.Bounds(1).Should().Be((At(21), At(30)));
    }

    private static long At(long milliseconds) => milliseconds * 1_000_000;
}
