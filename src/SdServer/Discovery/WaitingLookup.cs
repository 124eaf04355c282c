using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Discovery;

/// <summary>Holds a miss or an expired answer until its job has ended, for a client that prefers to wait.</summary>
internal sealed class WaitingLookup(ListLookup lookup, ListMemory memory, IOptions<ServerOptions> options, TimeProvider time)
{
    // A message tells of the end; the look every second is for one that was lost.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Each holds a connection and a timer; beyond it a client is answered as if it hadn't asked to wait.
    private const int MaxWaiting = 1000;

    private int waiting;

    /// <summary>The answer, at the latest at the end of the time that the client gave.</summary>
    /// <param name="generator">Whose list it is.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="started">When the request came, as <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="cancellationToken">The client is gone.</param>
    public async Task<ListAnswer> FindAsync(
        PublishedDefinition generator, TargetsRequest request, long started, CancellationToken cancellationToken)
    {
        var answer = await lookup.FindAsync(generator, request, cancellationToken);
        var longest = request.Wait < options.Value.MaxWait ? request.Wait : options.Value.MaxWait;
        if (longest <= TimeSpan.Zero || !IsPending(answer) || !MayRun(generator.Definition))
            return answer;
        try
        {
            if (Interlocked.Increment(ref waiting) > MaxWaiting)
                return answer;
            while (IsPending(answer) && time.GetElapsedTime(started) < longest)
            {
                await ChangeAsync(generator, request, started, longest, cancellationToken);
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

    private async Task ChangeAsync(
        PublishedDefinition generator, TargetsRequest request, long started, TimeSpan longest, CancellationToken cancellationToken)
    {
        if (ParameterRules.Resolve(generator.Definition, request.Parameters).Key is not { } key
            || memory.Find(key.FullPath) is not { } slot)
            return;
        var version = slot.Version;
        var since = time.GetTimestamp();
        while (slot.Version == version && time.GetElapsedTime(since) < Look && time.GetElapsedTime(started) < longest)
            await Task.Delay(Tick, time, cancellationToken);
    }
}
