using HttpSd.Worker.Agent;

namespace HttpSd.Worker.Tests.Agent;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(30, 25, 28)]
    [InlineData(10, 5, 8)]
    [InlineData(6, 3, 4.8)]
    [InlineData(1, 0.5, 0.8)]
    public void The_phases_end_before_the_timeout_however_short_it_is(double timeout, double runs, double puttingBack) =>
        Shutdown.Phases(TimeSpan.FromSeconds(timeout))
            .Should().Be((TimeSpan.FromSeconds(runs), TimeSpan.FromSeconds(puttingBack)));
}
