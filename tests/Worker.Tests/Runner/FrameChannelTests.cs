using System.Buffers.Binary;
using CsCheck;
using HttpSd.Core.Runs;
using HttpSd.Worker.Runner.Host;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Tests.Runner;

public sealed class FrameChannelTests
{
    private static readonly RunReply Reply =
        RunReply.Done(new ScriptReport(RunOutcome.Success, default, null, "log", TimeSpan.FromSeconds(2)));

    [Fact]
    public void What_was_written_is_read_back() => Gen.Byte.Array[0, 40_000].Array[0, 4].Sample(bodies =>
    {
        var bytes = Write(bodies);
        using var channel = new FrameChannel(new MemoryStream(bytes), 1000, 40_000);
        foreach (var body in bodies)
        {
            var frame = Read(channel);
            frame!.Value.Header.Should().Be(Reply);
            frame.Value.Body.Should().Equal(body);
        }

        Read(channel).Should().BeNull();
    }, iter: 50);

    [Fact]
    public void A_frame_that_is_cut_anywhere_is_refused()
    {
        var bytes = Write([[1, 2, 3]]);
        for (var length = 1; length < bytes.Length; length++)
        {
            using var channel = new FrameChannel(new MemoryStream(bytes[..length]), 1000, 1000);
            channel.Invoking(Read).Should().Throw<InvalidDataException>();
        }
    }

    [Fact]
    public void Random_bytes_are_refused_or_read_and_never_anything_else() => Gen.Byte.Array[0, 64].Sample(bytes =>
    {
        if (bytes.Length > 8)
            BinaryPrimitives.WriteInt64BigEndian(bytes, (long)(bytes[0] % 50) << 32 | bytes[1] % 50u);
        using var channel = new FrameChannel(new MemoryStream(bytes), 1000, 1000);
        try
        {
            while (Read(channel) is not null)
            {
            }
        }
        catch (InvalidDataException)
        {
            // That is the one word for what is not a frame.
        }
    }, iter: 2000);

    [Fact]
    public void A_length_over_the_bound_is_refused_before_anything_is_allocated()
    {
        byte[] huge = [0, 0, 0, 2, 0x7f, 0xff, 0xff, 0xff, (byte)'{', (byte)'}'];
        using var channel = new FrameChannel(new MemoryStream(huge), 1000, 1000);

        channel.Invoking(Read).Should().Throw<InvalidDataException>().WithMessage("*over the limit*");
    }

    [Fact]
    public void The_options_of_a_runner_survive_their_command_line()
    {
        var options = new RunnerHostOptions
        {
            SocketPath = "/a/b.sock",
            WorkDirectory = "/a/runs",
            MaxWarmRunners = 3,
            RunnerMaxJobs = 4,
            MaxResultBytes = 5,
            KillGrace = TimeSpan.FromMilliseconds(60),
            Interpreters = ["sh", "/opt/x/python3"],
            Python = "/opt/python",
            PassEnvironment = [],
            ExitWithStdin = true,
        };

        RunnerHostOptions.Parse(options.ToArguments()).Should().BeEquivalentTo(options);
        FluentActions.Invoking(() => RunnerHostOptions.Parse(["--max-warm-runners", "0"]))
            .Should().Throw<ArgumentException>().WithMessage("--max-warm-runners needs a number above 0, not '0'");
    }

    private static byte[] Write(byte[][] bodies)
    {
        using var stream = new MemoryStream();
        using var channel = new FrameChannel(stream, 1000, 40_000);
        foreach (var body in bodies)
            channel.WriteAsync(Reply, WireJson.Default.RunReply, body, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return stream.ToArray();
    }

    private static (RunReply Header, byte[] Body)? Read(FrameChannel channel) =>
        channel.ReadAsync(WireJson.Default.RunReply, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
