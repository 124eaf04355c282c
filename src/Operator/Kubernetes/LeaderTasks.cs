using HttpSd.Operator.Entities;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Store;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Kubernetes;

/// <summary>Before anything is reconciled, Redis holds what the cluster says.</summary>
internal sealed class FirstPublication(FullPublication publication) : IOnSynced
{
    /// <summary>An outage doesn't hold the controller up: objects are to say that Redis can't be reached.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await publication.RunAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // StoreGuard does it when Redis is back.
        }
    }
}

/// <summary>Has everything published again when Redis has lost it, and whatever was missed from time to time.</summary>
internal sealed partial class StoreGuard(
    DefinitionPublisher publisher,
    FullPublication publication,
    PublishedDefinitions definitions,
    IOptions<OperatorOptions> options,
    TimeProvider time,
    ILogger<StoreGuard> log) : ILeaderTask
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Beat beat = new(time, Beat.Longest);

    public bool Alive => beat.Alive;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var running = beat.Begin();
        var last = time.GetTimestamp();
        var away = false;
        while (true)
        {
            beat.Now();
            try
            {
                var lost = !await publisher.IsCurrentAsync(cancellationToken);
                // One that was away may have come back with an older state, and written to before anybody looked.
                if (lost || away || time.GetElapsedTime(last) > options.Value.ResyncInterval)
                {
                    if (lost)
                        Log.Lost(log);
                    await publication.RunAsync(cancellationToken);
                    last = time.GetTimestamp();
                }
                await definitions.EndRemovalsAsync(cancellationToken);
                away = false;
            }
            catch (StoreUnavailableException e)
            {
                if (!away)
                    Log.Away(log, e.Message);
                away = true;
            }
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis holds no complete set of definitions, or an older one; all are published again")]
        public static partial void Lost(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis can't be reached, nothing can be published: {Reason}")]
        public static partial void Away(ILogger logger, string reason);
    }
}

/// <summary>Brings back to the objects what runs came to.</summary>
internal sealed class RunFeedTask(RunFeed feed, IEntityTrigger<TargetGenerator> generators) : ILeaderTask
{
    public bool Alive => feed.Alive;

    public Task RunAsync(CancellationToken cancellationToken) =>
        feed.RunAsync(key => generators.Enqueue(key), cancellationToken);
}
