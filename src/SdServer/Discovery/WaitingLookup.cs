using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Discovery;

/// <summary>Holds a miss or an expired answer until its job has ended, for a client that prefers to wait.</summary>
internal sealed class WaitingLookup(
    ListLookup lookup, ListMemory memory, DefinitionWatcher definitions, IOptions<ServerOptions> options, TimeProvider time)
{
    // A message tells of the end; the look every second is for one that was lost.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Each holds a connection and a timer; beyond it a client is answered as if it hadn't asked to wait.
    private const int MaxWaiting = 1000;

    private int waiting;

    /// <summary>Whether the answer may be another one if it is held.</summary>
    public bool IsWorthHolding(ListAnswer answer, PublishedDefinition generator, TargetsRequest request) =>
        IsPending(answer) && MayRun(generator.Definition) && Longest(request) > TimeSpan.Zero;

    /// <summary>The answer, at the latest at the end of the time that the client gave.</summary>
    /// <param name="answer">What was found at once, and has asked for the job.</param>
    /// <param name="generator">Whose list it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="started">When the request came, as <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public async Task<ListAnswer> HoldAsync(
        ListAnswer answer, PublishedDefinition generator, TargetsRequest request, long started, CancellationToken cancellationToken)
    {
        if (!IsWorthHolding(answer, generator, request))
            return answer;
        try
        {
            if (Interlocked.Increment(ref waiting) > MaxWaiting)
                return answer;
            while (IsWorthHolding(answer, generator, request) && Left(request, started) > TimeSpan.Zero)
            {
                await ChangeAsync(generator, request, started, cancellationToken);
                // As it is by now: to ask for a list of one that has gone would leave keys behind.
                if (definitions.Table.Find(generator.Definition.Path) is not { } current)
                    return ListAnswer.Failed(ListOutcome.Gone);
                generator = current;
                answer = await lookup.FindAsync(generator, request, cancellationToken);
            }
            return answer;
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    private static bool MayRun(GeneratorDefinition definition) =>
        !definition.Suspend && definition.Runtime != GeneratorRuntime.Static;

    // With a backoff there is no job whose end could be waited for.
    private static bool IsPending(ListAnswer answer) =>
        answer is { Outcome: ListOutcome.Miss or ListOutcome.Expired, RetryAfter.Ticks: 0 };

    private TimeSpan Longest(TargetsRequest request) =>
        request.Wait < options.Value.MaxWait ? request.Wait : options.Value.MaxWait;

    private TimeSpan Left(TargetsRequest request, long started) => Longest(request) - time.GetElapsedTime(started);

    // Until a message, a second, or the end of the wait; a list that memory has no room for has no messages.
    private async Task ChangeAsync(
        PublishedDefinition generator, TargetsRequest request, long started, CancellationToken cancellationToken)
    {
        var slot = ParameterRules.Resolve(generator.Definition, request.Parameters).Key is { } key ? memory.Find(key.FullPath) : null;
        var (version, since) = (slot?.Version, time.GetTimestamp());
        while (slot?.Version == version && time.GetElapsedTime(since) < Look && Left(request, started) is { Ticks: > 0 } left)
            await Task.Delay(left < Tick ? left : Tick, time, cancellationToken);
    }
}
