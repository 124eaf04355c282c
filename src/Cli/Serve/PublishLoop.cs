using HttpSd.Cli.Sources;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;

namespace HttpSd.Cli.Serve;

/// <summary>
/// Plays the operator's part for files: what they declare is what the store holds, also after the store has
/// lost everything.
/// </summary>
internal sealed partial class PublishLoop(
    SourceWatcher sources, DefinitionStore store, DefinitionPublisher publisher, PublisherHold hold, string pool, ILogger<PublishLoop> log)
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(2);

    // In checks: about every 20 s.
    private const int RestoreEvery = 10;

    private readonly WakeSignal woken = new(TimeProvider.System);
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly StoredGenerators stored = new(store, log);
    private volatile SourceSnapshot? wanted;
    private HashSet<SourceProblem> reported = [];
    private IReadOnlyDictionary<string, string> refused = new Dictionary<string, string>();

    /// <summary>Completes when everything was published for the first time.</summary>
    public Task FirstPublication => first.Task;

    /// <summary>Watches and publishes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var watching = WatchAsync(cancellationToken);
        SourceSnapshot? done = null;
        IReadOnlyList<GeneratorScript> published = [];
        string? told = null;
        for (var check = 1; !cancellationToken.IsCancellationRequested; check++)
        {
            try
            {
                var now = wanted;
                if (now is not null && await hold.TakeAsync(cancellationToken) is { } other)
                {
                    // The server goes on with what the other one publishes.
                    if (told != other)
                        Log.Waiting(log, told = other);
                    done = null;
                    stored.Forget();
                }
                else if (now is not null && (now != done || !await publisher.IsCurrentAsync(cancellationToken)))
                {
                    published = await stored.AddToAsync(now, cancellationToken);
                    var report = await publisher.PublishAsync(published, cancellationToken);
                    done = now;
                    TellRefused(report.Refused);
                    Tell(report, isFirst: first.TrySetResult());
                }
                else if (now is not null)
                {
                    await publisher.EndRemovalsAsync(static () => { }, cancellationToken);
                    if (check % RestoreEvery == 0)
                        await publisher.RestoreListsAsync(published, cancellationToken);
                }
            }
            catch (StoreUnavailableException)
            {
                // The server's own watcher says so, once.
            }
            await woken.WaitAsync(CheckInterval, cancellationToken);
        }
        await watching.ContinueWith(_ => { }, TaskScheduler.Default);
        await hold.LeaveAsync(CancellationToken.None).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        await foreach (var snapshot in sources.WatchAsync(cancellationToken))
        {
            SourceProblem[] problems = [.. snapshot.Problems, .. UnservedPools.Find(snapshot, pool)];
            foreach (var problem in problems.Where(p => !reported.Contains(p)))
                Report(problem);
            reported = [.. problems];
            wanted = snapshot;
            woken.Set();
        }
    }

    private void Report(SourceProblem problem)
    {
        if (problem.Severity == SourceSeverity.Error)
            Log.SourceError(log, problem.ToString());
        else
            Log.SourceWarning(log, problem.ToString());
    }

    // At the first publication all paths are listed anyway.
    private void Tell(PublicationReport report, bool isFirst)
    {
        foreach (var path in isFirst ? [] : report.Published)
            Log.Published(log, path);
        foreach (var path in report.Removed)
            Log.Removed(log, path);
    }

    private void TellRefused(IReadOnlyDictionary<string, string> now)
    {
        foreach (var (path, problem) in now.Except(refused))
            Log.Refused(log, path, problem);
        refused = now;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Problem}")]
        public static partial void SourceError(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
        public static partial void SourceWarning(ILogger logger, string problem);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Another publisher ({Other}) keeps this store's definitions: waiting until it is gone. "
                + "To have both, serve all paths from one, or give this one --set Redis:KeyPrefix=NAME")]
        public static partial void Waiting(ILogger logger, string other);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Path} can't be published, what was there stays: {Problem}")]
        public static partial void Refused(ILogger logger, string path, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "Published {Path}")]
        public static partial void Published(ILogger logger, string path);

        [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Path}")]
        public static partial void Removed(ILogger logger, string path);
    }
}
