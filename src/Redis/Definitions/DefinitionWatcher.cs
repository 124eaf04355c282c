using HttpSd.Redis.Connection;
using Microsoft.Extensions.Logging;

namespace HttpSd.Redis.Definitions;

/// <summary>
/// Keeps a <see cref="DefinitionTable"/> in memory: pub/sub wakes it, a look every second guarantees it. A
/// definition is taken for removed only when a publisher says that everything is published, never because
/// Redis came back empty.
/// </summary>
public sealed partial class DefinitionWatcher(
    RedisConnection redis,
    DefinitionStore store,
    TimeProvider time,
    ILogger<DefinitionWatcher> log) : LoopService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Between two looks while a publisher fills the store: a look after each of thousands would keep all of us busy.
    private static readonly TimeSpan FillingPause = TimeSpan.FromMilliseconds(100);

    private readonly WakeSignal woken = new(time);
    private readonly SemaphoreSlim refreshing = new(1, 1);
    private string epoch = "";
    private long revision;
    private bool subscribed;
    private bool wasDown;

    /// <summary>The definitions as they were last seen.</summary>
    public DefinitionTable Table { get; private set; } = DefinitionTable.Empty;

    /// <summary>True once a complete set was seen; stays true when Redis goes away.</summary>
    public bool Loaded { get; private set; }

    /// <summary>Definitions left alone because this build doesn't know their schema.</summary>
    public int Unknown { get; private set; }

    /// <summary>Raised after <see cref="Table"/> has changed. Handlers must be quick.</summary>
    public event Action? Changed;

    /// <summary>Looks now, for a caller that needs definitions at least as new as something it was told of.</summary>
    /// <exception cref="StoreUnavailableException">Redis can't be reached.</exception>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await refreshing.WaitAsync(cancellationToken);
        try
        {
            Apply(await store.ReadChangesAsync(epoch, revision, cancellationToken));
        }
        finally
        {
            refreshing.Release();
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!subscribed)
                {
                    await redis.SubscribeAsync(k => k.DefinitionsChanged, _ => woken.Set(), stoppingToken);
                    subscribed = true;
                }
                await RefreshAsync(stoppingToken);
                if (wasDown)
                    Log.StoreIsBack(log);
                wasDown = false;
            }
            catch (StoreUnavailableException e)
            {
                // A connection that is closed because the process ends is no outage.
                if (!wasDown && !stoppingToken.IsCancellationRequested)
                    TellDown(e.Message);
                wasDown = true;
            }
            catch (OperationCanceledException)
            {
                break;
            }
            await woken.WaitAsync(Interval, stoppingToken);
            if (revision > 0 && epoch.Length == 0)
                await Task.Delay(FillingPause, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private void TellDown(string reason)
    {
        if (Loaded)
            Log.StoreIsDown(log, redis.Address, reason);
        else
            Log.StoreIsNotThere(log, redis.Address, reason);
    }

    private void Apply(DefinitionChanges changes)
    {
        // An empty epoch means that not everything is published yet: what is missing may still come.
        var sealedNow = changes.Epoch.Length > 0;
        var known = changes.Complete && sealedNow
            ? new Dictionary<string, PublishedDefinition>(StringComparer.Ordinal)
            : Table.All.ToDictionary(d => d.Definition.Path, StringComparer.Ordinal);
        if (changes.Complete)
            Unknown = 0;
        foreach (var (path, stored) in changes.Changed)
        {
            if (stored is null)
            {
                if (sealedNow)
                    known.Remove(path);
            }
            else if (DefinitionStore.Parse(stored, out var problem) is { } definition)
            {
                known[path] = definition;
            }
            else
            {
                // The last one understood goes on: a newer publisher must not make a path 404 here.
                if (Table.Find(path) is { } understood)
                    known[path] = understood;
                Unknown++;
                Log.UnknownDefinition(log, path, problem!);
            }
        }
        var changed = changes.Changed.Count > 0 || (changes.Complete && sealedNow && known.Count != Table.Count);
        if (changed)
            Table = new DefinitionTable(known.Values);
        // The seal is another epoch, so it brings one more full look.
        (epoch, revision) = (changes.Epoch, changes.Revision);
        var first = sealedNow && !Loaded;
        Loaded |= sealedNow;
        if (changed || first)
            Changed?.Invoke();
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address} is unavailable, the definitions in memory go on: {Reason}")]
        public static partial void StoreIsDown(ILogger logger, string address, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {Address} is unavailable, there are no definitions until it is back: {Reason}")]
        public static partial void StoreIsNotThere(ILogger logger, string address, string reason);

        [LoggerMessage(Level = LogLevel.Information, Message = "Redis is back")]
        public static partial void StoreIsBack(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The definition of {Path} is left alone: {Problem}")]
        public static partial void UnknownDefinition(ILogger logger, string path, string problem);
    }
}
