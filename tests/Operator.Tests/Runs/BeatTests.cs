using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Runtime.LeaderElection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runs;

public sealed class BeatTests
{
    [Fact]
    public void A_loop_that_hangs_is_noticed_and_one_that_has_ended_is_not()
    {
        var time = new FakeTimeProvider();
        var task = new Looping(new Beat(time, TimeSpan.FromMinutes(1)));
        var health = new OperatorHealth([], [], [task], new LeaderWork([], [task], [], time, NullLogger<LeaderWork>.Instance), new SingleProcess());
        time.Advance(TimeSpan.FromHours(1));
        health.Alive.Should().BeTrue("it doesn't run");

        using (task.Beat.Begin())
        {
            time.Advance(TimeSpan.FromSeconds(59));
            health.Alive.Should().BeTrue();
            task.Beat.Now();
            time.Advance(TimeSpan.FromSeconds(59));
            health.Alive.Should().BeTrue();
            time.Advance(TimeSpan.FromSeconds(2));
            health.Alive.Should().BeFalse();
        }
        health.Alive.Should().BeTrue();
    }

    private sealed class Looping(Beat beat) : ILeaderTask
    {
        public Beat Beat => beat;

        public bool Alive => beat.Alive;

        public Task RunAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
