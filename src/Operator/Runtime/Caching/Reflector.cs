using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>
/// LIST, then WATCH from the list's version, for ever. However a watch ends, <see cref="FaultRule"/> says whether
/// its version is still good, and how soon to go on. What is in the store stays there while the server is away.
/// </summary>
internal sealed class Reflector<TEntity>(
    ListWatch<TEntity> source,
    EntityStore<TEntity> store,
    ReflectorMetrics metrics,
    ReflectorOptions options,
    TimeProvider time,
    Jitter jitter,
    ILogger<Reflector<TEntity>> log) : IReflector
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Backoff backoff = new(options.FirstBackoff, options.HealthyAfter, time, jitter);
    private readonly string resource = source.Resource.Plural;
    private readonly string scope = source.Scope.Namespace ?? "all namespaces";
    private string? version;
    private int streamErrors;
    private TimeSpan idle = options.ReadIdle;
    private long? silentSince;
    private bool opened;
    private bool doubted;
    private long beat = time.GetTimestamp();
    private volatile bool ended;
    private volatile bool synced;
    private volatile string? trouble;
    private volatile IReadOnlyList<UnreadableEntity> unreadable = [];
    private Fault? warned;

    public string Name => resource;

    public bool Synced => synced;

    public string? Trouble => trouble;

    /// <summary>No step of a working loop takes nearly as long as two watches.</summary>
    public bool Alive => !ended && time.GetElapsedTime(Volatile.Read(ref beat)) < 2 * options.LongestWatch;

    /// <summary>Objects of the last list that couldn't be read; their last readable state is in the store.</summary>
    public IReadOnlyList<UnreadableEntity> Unreadable => unreadable;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        metrics.Start(resource, source.Scope.Namespace);
        try
        {
            while (true)
            {
                Beat();
                var fault = await ListAndWatchAsync(cancellationToken);
                Beat();
                await Task.Delay(Note(fault), time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
        finally
        {
            ended = true;
        }
    }

    /// <summary>Runs until something ends it, and says what.</summary>
    private async Task<ApiFaultException> ListAndWatchAsync(CancellationToken cancellationToken)
    {
        opened = false;
        try
        {
            if (version is null)
                await ListAsync(cancellationToken);
            return await WatchAsync(cancellationToken);
        }
        catch (ApiFaultException e)
        {
            return e;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            ReflectorLog.Unexpected(log, e, resource, scope);
            return new ApiFaultException(Fault.Unexpected, e.Message, inner: e);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        if (synced)
            metrics.Relisted(resource);
        var list = await source.ListAsync(cancellationToken);
        var changes = store.Replace(list.Entities, source.Scope.Namespace, list.Unreadable);
        idle = doubted && changes == 0 ? Longer(idle) : options.ReadIdle;
        (doubted, silentSince) = (false, null);
        version = list.Version;
        Tell(list.Unreadable);
        Heard();
        if (!synced)
            ReflectorLog.Synced(log, resource, scope, list.Entities.Count);
        synced = true;
    }

    private async Task<ApiFaultException> WatchAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var from = version;
        await using var watch = await source.OpenAsync(from!, idle, cancellationToken);
        opened = true;
        silentSince ??= time.GetTimestamp();
        Beat();
        Recovered();
        while (await watch.ReadAsync(cancellationToken) is { } change)
        {
            Apply(change);
            version = change.Version;
            streamErrors = 0;
            (idle, silentSince) = (options.ReadIdle, time.GetTimestamp());
            Heard();
        }
        return version == from && time.GetElapsedTime(start) < options.ShortWatch
            ? new ApiFaultException(Fault.Short, "ended at once without news")
            : new ApiFaultException(Fault.Closed, "ended by the server");
    }

    private void Apply(WatchEvent<TEntity> change)
    {
        if (change.Entity is not { } entity)
            return;
        var key = Abstractions.EntityKey.Of(entity);
        if (change.Type == WatchEventType.Deleted)
            store.Remove(key, entity);
        else
            store.Put(entity);
        if (unreadable.Any(u => u.Key == key))
            Tell([.. unreadable.Where(u => u.Key != key)]);
    }

    /// <summary>Counts and tells a fault, and decides: how long to wait, and whether the version is given up.</summary>
    private TimeSpan Note(ApiFaultException e)
    {
        metrics.Stopped(resource, e.Fault);
        var (rule, word) = (FaultRule.Of(e.Fault), FaultRule.Word(e.Fault));
        var wait = rule.Pace switch
        {
            Pace.AtOnce => TimeSpan.Zero,
            Pace.Slow => backoff.Next(options.MaxSlowBackoff),
            _ => backoff.Next(e.RetryAfter is null ? options.MaxBackoff : options.MaxRetryAfter, e.RetryAfter),
        };
        if (rule.Pace == Pace.AtOnceOnce && backoff.Failures == 1)
            wait = TimeSpan.Zero;
        // A server that was away may be another one afterwards; but its absence was no silence.
        if (!opened)
            (idle, silentSince) = (options.ReadIdle, null);
        doubted = e.Fault == Fault.Idle || IsSilent();
        if (rule.Relist || doubted || e.Fault == Fault.StreamError && ++streamErrors >= options.StreamErrorsBeforeRelist)
            (version, streamErrors) = (null, 0);
        var detail = Describe(e);
        if (rule.WarnAt > 0)
        {
            trouble = detail;
            metrics.Failing(resource, source.Scope.Namespace, true);
        }
        if (rule.WarnAt > 0 && backoff.Failures >= rule.WarnAt && warned != e.Fault)
        {
            warned = e.Fault;
            ReflectorLog.Trouble(log, resource, scope, word, detail, wait.TotalSeconds);
        }
        else
        {
            ReflectorLog.Restarting(log, resource, scope, word, e.Message, wait.TotalSeconds);
        }
        return wait;
    }

    // As good as idle: open watches, one after the other, whose ends came before our own limit.
    private bool IsSilent() => silentSince is { } since && time.GetElapsedTime(since) >= idle;

    private TimeSpan Longer(TimeSpan silence) => silence * 2 < options.MaxReadIdle ? silence * 2 : options.MaxReadIdle;

    private string Describe(ApiFaultException e) =>
        e.Fault == Fault.Forbidden && source.Scope.Namespace is null
            ? $"{resource} in all namespaces: {e.Message} (this takes a ClusterRole; with a Role, name the namespaces)"
            : $"{resource} in {scope}: {e.Message}";

    private void Recovered()
    {
        trouble = null;
        metrics.Failing(resource, source.Scope.Namespace, false);
        if (warned is null)
            return;
        warned = null;
        ReflectorLog.Recovered(log, resource, scope);
    }

    private void Tell(IReadOnlyList<UnreadableEntity> bad)
    {
        foreach (var entity in bad.Except(unreadable))
            ReflectorLog.UnreadableObject(log, resource, entity.Key, entity.Reason);
        unreadable = bad;
        metrics.Unreadable(resource, source.Scope.Namespace, bad.Count);
    }

    private void Heard()
    {
        Beat();
        metrics.Told(resource, store.Count, time.GetUtcNow());
    }

    private void Beat() => Volatile.Write(ref beat, time.GetTimestamp());
}
