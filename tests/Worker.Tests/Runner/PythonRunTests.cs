using HttpSd.Core.Runs;

namespace HttpSd.Worker.Tests.Runner;

public sealed class PythonRunTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Fact]
    public async Task The_list_comes_back_as_json_and_parameters_are_keyword_arguments()
    {
        var report = await runner.RunAsync(TestRunner.Python("""
            def generate_targets(env="prod", **params):
                print("hello")
                return [{"targets": ["10.0.1.1:9100"], "labels": {"env": env}}]
            """).With(("env", "staging")));

        report.Failure.Should().BeNull();
        report.Text().Should().Be("""[{"targets":["10.0.1.1:9100"],"labels":{"env":"staging"}}]""");
        report.LogTail.Should().Be("hello\n");
        report.Outcome.Should().Be(RunOutcome.Success);
    }
}
