using HttpSd.Core.Definitions;
using HttpSd.Core.Runs;
using HttpSd.Worker.Tests.Runner;

namespace HttpSd.Worker.Tests.Contained;

/// <summary>Each script ends with an error record, an agent that knows its secret alone, and next runs that are as any.</summary>
public sealed class HostileTests(TwoUsers two, OneUser one) : IClassFixture<TwoUsers>, IClassFixture<OneUser>
{
    public static TheoryData<string> Others => [.. Attack.OnOthers.Select(a => a.Name)];

    public static TheoryData<string> Greed => [.. Attack.OfGreed.Select(a => a.Name)];

    public static TheoryData<string> Root => [.. Attack.OfRoot.Select(a => a.Name)];

    [Theory]
    [MemberData(nameof(Others))]
    public Task What_is_others_is_out_of_reach_for_another_user(string attack) => FailsAsync(two, Attack.OnOthers, attack);

    [Theory]
    [MemberData(nameof(Others))]
    public Task What_is_others_is_out_of_reach_for_the_same_user(string attack) => FailsAsync(one, Attack.OnOthers, attack);

    [Theory]
    [MemberData(nameof(Greed))]
    public Task Greed_is_bounded(string attack) => FailsAsync(two, Attack.OfGreed, attack);

    [Theory]
    [MemberData(nameof(Root))]
    public Task What_root_may_scripts_may_not(string attack) => FailsAsync(two, Attack.OfRoot, attack);

    /// <summary>Or the refusals above would prove nothing.</summary>
    [Theory]
    [InlineData("a secret that file rights leave open")]
    [InlineData("the folder of all runs")]
    [InlineData("another generator's environment")]
    [InlineData("SIGSTOP to the runner")]
    public async Task Without_the_wall_the_same_scripts_get_through(string name)
    {
        await using var open = TestRunner.With(new() { Sandbox = Worker.Runner.Sandbox.SandboxMode.Off }, Victims.RunnersUser);
        var victim = await open.RunAsync(TestRunner.Python("import os\ndef generate_targets(**p): return [str(os.getpid())]", "victim"));
        var known = new Dictionary<string, string>(two.Known)
        {
            ["OTHER"] = victim.Text().Split('"')[1],
            // Not STOP: this runner is to go on. The signal 0 asks for the same right.
            ["RUNNER"] = $"{open.Process.ProcessId}",
        };
        var attack = Attack.OnOthers.Single(a => a.Name == name);
        attack = attack with { Body = attack.Body.Replace("signal.SIGSTOP", "0", StringComparison.Ordinal) + (attack.Body.StartsWith("os.kill", StringComparison.Ordinal) ? "\nreturn []" : "") };

        var report = await open.RunAsync(attack.Run(known, RunIsolation.Generator));

        report.Failure.Should().BeNull();
    }

    private static async Task FailsAsync(Victims victims, IReadOnlyList<Attack> attacks, string name)
    {
        var attack = attacks.Single(a => a.Name == name);
        foreach (var isolation in new[] { RunIsolation.Generator, RunIsolation.Job })
        {
            var run = attack.Run(victims.Known, isolation);

            var report = await victims.Runner.RunAsync(run);

            report.Outcome.Should().BeOneOf(RunOutcome.Error, RunOutcome.Timeout);
            var failure = report.Failure!;
            (failure.Type + " " + failure.Message + " " + failure.Traceback).Should().ContainAny(attack.Ends.Split('|'));
            await victims.AreUnharmedAsync(report);
            Living.With("httpsd-daemon").Should().BeEmpty();
            if (run.Script.Definition.Runtime == GeneratorRuntime.Exec)
                return;
        }
    }
}
