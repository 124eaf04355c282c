using HttpSd.Core.Definitions;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>Whatever a run does to its standard output, the next one has one that works.</summary>
public sealed class StandardOutputTests(TestRunner runner) : IClassFixture<TestRunner>
{
    [Theory]
    [InlineData("sys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')")]
    [InlineData("sys.stdout = io.TextIOWrapper(sys.stdout.detach(), encoding='utf-8')")]
    [InlineData("sys.stdout = codecs.getwriter('utf-8')(sys.stdout.buffer)")]
    [InlineData("sys.stdout.reconfigure(encoding='utf-8', write_through=False, line_buffering=False)")]
    [InlineData("sys.stdout = open(1, 'w', encoding='utf-8', closefd=False)")]
    [InlineData("sys.stdout = io.TextIOWrapper(sys.__stdout__.buffer); import gc; gc.collect()")]
    public async Task A_script_may_wrap_it_in_every_run(string wrap)
    {
        var run = TestRunner.Python($$"""
            import codecs, io, sys
            {{wrap}}
            def generate_targets(n="", **params):
                print("grüße", n)
                print("err", n, file=sys.stderr)
                return []
            """);
        foreach (var isolation in new[] { RunIsolation.Generator, RunIsolation.Job })
        {
            for (var i = 0; i < 4; i++)
            {
                var report = await runner.RunAsync(run.With(("n", $"{i}")).With(d => d with { Isolation = isolation }));

                report.Failure.Should().BeNull();
                report.LogTail.Split('\n').Should().BeEquivalentTo([$"grüße {i}", $"err {i}", ""]);
            }
        }
    }

    [Theory]
    [InlineData("sys.stdout.detach()")]
    [InlineData("sys.stderr.detach()")]
    [InlineData("sys.stdout.close(); sys.stderr.close(); os.closerange(1, 3)")]
    [InlineData("sys.stdout.buffer.close()")]
    [InlineData("sys.stdout = sys.stderr = sys.__stdout__ = sys.__stderr__ = None")]
    public async Task A_script_may_break_it_for_itself_only(string spoil)
    {
        var run = TestRunner.Python($$"""
            import os, sys
            def generate_targets(spoil="", **params):
                if spoil:
                    {{spoil}}
                else:
                    print("out")
                    print("err", file=sys.stderr)
                return [{"targets": [str(os.getpid())]}]
            """);

        var first = await runner.RunAsync(run.With(("spoil", "1")));
        var second = await runner.RunAsync(run.Again());

        first.Failure.Should().BeNull();
        second.Text().Should().Be(first.Text(), "the interpreter is as good as new");
        second.LogTail.Should().Be("out\nerr\n");
    }

    [Fact]
    public async Task A_log_handler_set_up_once_writes_in_every_run()
    {
        var run = TestRunner.Python("""
            import logging
            logging.basicConfig(format="%(message)s")
            def generate_targets(n="", **params):
                logging.warning("run %s", n)
                return []
            """);

        (await runner.RunAsync(run.With(("n", "1")))).LogTail.Should().Be("run 1\n");
        (await runner.RunAsync(run.With(("n", "2")))).LogTail.Should().Be("run 2\n");
        (await runner.RunAsync(run.With(("n", "3")))).LogTail.Should().Be("run 3\n");
    }
}
