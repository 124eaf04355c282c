using System.Buffers.Binary;
using System.Text;
using HttpSd.Core.Runs;
using HttpSd.Tests;
using HttpSd.Worker.Runner.Wire;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>Whatever a hostile runner says to the agent, a script to the runner or somebody to the runner's socket: a frame, or a refusal within bounds.</summary>
public sealed class FrameFuzzTests
{
    private const int MaxHeader = 512, MaxBody = 1024;

    private static readonly string[] Headers =
    [
        """{"state":"Done","outcome":"Success","logTail":"","durationMilliseconds":1.5}""", """{"state":"Waiting"}""", """{"state":7}""", """{"state":"Done","failure":{"type":"a","message":"b","traceback":"c"}}""",
        """{"kind":"result","token":"t","threads":1}""", """{"kind":"child","pid":-1}""", """{"kind":"exit","status":99999999999}""", """{"version":1,"runId":"x","path":"p","hash":"h","runtime":"Python","isolation":"Job","timeoutMilliseconds":1,"sourceFile":"s","parameters":{"a":"b"}}""",
        "null", "[]", "{", "", "\ufeff{}", "{\"kind\":\"" + new string('x', 600) + "\"}", new string('[', 300),
    ];

    [Fact]
    public async Task Whatever_is_said_is_a_frame_or_refused()
    {
        var (read, refused) = (0, 0);
        await Parallel.ForAsync(0, FuzzCount.Value, TestContext.Current.CancellationToken, async (seed, stop) =>
        {
            var random = new Random(seed);
            var said = Next(random);
            try
            {
                using var channel = new FrameChannel(new Slow(said, random), MaxHeader, MaxBody);
                for (var frames = 0; frames <= said.Length; frames++)
                {
                    var body = (seed % 3) switch
                    {
                        0 => (await channel.ReadAsync(WireJson.Default.RunReply, stop))?.Body,
                        1 => (await channel.ReadAsync(WireJson.Default.InterpreterFrame, stop))?.Body,
                        _ => (await channel.ReadAsync(WireJson.Default.RunRequest, stop))?.Body,
                    };
                    if (body is null)
                        return;
                    if (body.Length > MaxBody)
                        throw new InvalidOperationException($"seed {seed}: a body of {body.Length} bytes");
                    Interlocked.Increment(ref read);
                }
                throw new InvalidOperationException($"seed {seed}: frames without end");
            }
            catch (InvalidDataException)
            {
                Interlocked.Increment(ref refused);
            }
            catch (Exception e) when (e is not InvalidOperationException and not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {seed}: {e}");
            }
        });

        (read, refused).Should().Match<(int Read, int Refused)>(n => n.Read > FuzzCount.Value / 20 && n.Refused > FuzzCount.Value / 20);
    }

    [Fact]
    public void A_reply_that_no_runner_of_ours_gives_is_cut_to_what_one_would_give()
    {
        var endless = new string('x', 1 << 20);

        var report = new RunReply
        {
            State = RunState.Done,
            Outcome = (RunOutcome)99,
            Failure = new RunFailure(endless, null!, endless),
            LogTail = endless,
            DurationMilliseconds = 1e300,
        }.Report([]);

        report.Outcome.Should().Be(RunOutcome.Error);
        new[] { report.LogTail, report.Failure!.Type, report.Failure.Message, report.Failure.Traceback }.Should().OnlyContain(text => text.Length <= 64 * 1024);
        report.Duration.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(TimeSpan.FromDays(7));
        (new RunReply { State = RunState.Done, DurationMilliseconds = double.NaN }.Report([])).Duration.Should().Be(TimeSpan.Zero);
    }

    private static byte[] Next(Random random)
    {
        using var said = new MemoryStream();
        Span<byte> prefix = stackalloc byte[8];
        for (var frames = 1 + random.Next(3); frames > 0; frames--)
        {
            var header = Encoding.UTF8.GetBytes(Headers[random.Next(Headers.Length)]);
            var body = new byte[random.Next(4) == 0 ? random.Next(2 * MaxBody) : random.Next(40)];
            BinaryPrimitives.WriteInt32BigEndian(prefix, random.Next(25) == 0 ? random.Next(int.MinValue, int.MaxValue) : header.Length);
            BinaryPrimitives.WriteInt32BigEndian(prefix[4..], random.Next(25) == 0 ? random.Next(int.MinValue, int.MaxValue) : body.Length);
            said.Write(prefix);
            said.Write(header);
            said.Write(body);
        }
        var bytes = said.ToArray();
        if (random.Next(8) == 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? bytes[..random.Next(bytes.Length)] : bytes;
    }

    /// <summary>Comes in pieces of any size, as from a socket.</summary>
    private sealed class Slow(byte[] bytes, Random random) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 1 + random.Next(700))], cancellationToken);
    }
}
