using HttpSd.Operator.Runtime.Client;
using k8s.Models;

namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>
/// Leadership by one lease. A leader that can't renew stops before anybody may follow it: its deadline counts
/// from before its last successful write, the others' wait from when they saw that write.
/// </summary>
internal sealed class LeaseElection : ILeaderElection
{
    // A leader that neither renewed nor gave up for so much longer than the lease has hung.
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(20);

    private readonly LeaseClient client;
    private readonly LeaseOptions options;
    private readonly LeaderMetrics metrics;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly ILogger log;
    private readonly LeaseView view;
    private volatile Held? held;
    private V1Lease? known;

    public LeaseElection(
        LeaseClient client, LeaseOptions options, LeaderMetrics metrics, TimeProvider time, Random random, ILogger<LeaseElection> log)
    {
        (this.client, this.options, this.metrics, this.time, this.random, this.log) = (client, options, metrics, time, random, log);
        view = new LeaseView(time, options.LeaseDuration);
        metrics.Set(options.Name, false);
    }

    public bool IsLeader => held is { } h && time.GetElapsedTime(h.Renewed) < options.RenewDeadline;

    public bool Alive => held is not { } h || time.GetElapsedTime(h.Renewed) < options.LeaseDuration + Overdue;

    public async Task AcquireAsync(CancellationToken cancellationToken)
    {
        Log.Waiting(log, options.Namespace, options.Name, options.Identity);
        var (holder, trouble) = ("", "");
        while (true)
        {
            try
            {
                if (await TryAcquireAsync(cancellationToken))
                    break;
                trouble = "";
                if (view.Holder != holder && view.Holder.Length > 0)
                    Log.OtherLeads(log, view.Holder);
                holder = view.Holder;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                var reason = Refusal.Describe(e);
                if (trouble != reason)
                    Log.CannotAcquire(log, options.Namespace, options.Name, reason);
                trouble = reason;
            }
            // Replicas that started together must not stay in step; the end of a lease is met exactly.
            var pause = options.RetryPeriod * (1 + (0.2 * random.NextDouble()));
            var left = view.Remaining();
            await Task.Delay(left > TimeSpan.Zero && left < pause ? left : pause, time, cancellationToken);
        }
        metrics.Set(options.Name, true);
        Log.Leads(log, options.Identity);
    }

    public async Task HoldAsync(CancellationToken cancellationToken)
    {
        while (held is { } now)
        {
            var left = options.RenewDeadline - time.GetElapsedTime(now.Renewed);
            if (left <= TimeSpan.Zero)
            {
                Lose("it could not be renewed in time");
                return;
            }
            await Task.Delay(left < options.RetryPeriod ? left : options.RetryPeriod, time, cancellationToken);
            try
            {
                using var deadline = new CancellationTokenSource(Positive(options.RenewDeadline - time.GetElapsedTime(now.Renewed)), time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
                if (!await TryRenewAsync(either.Token))
                    return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.CannotRenew(log, Refusal.Describe(e));
            }
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (!IsLeader)
            return;
        held = null;
        metrics.Set(options.Name, false);
        for (var tries = 3; tries > 0; tries--)
        {
            try
            {
                var free = new V1LeaseSpec
                {
                    HolderIdentity = "",
                    LeaseDurationSeconds = 1,
                    AcquireTime = Now(),
                    RenewTime = Now(),
                    LeaseTransitions = known?.Spec?.LeaseTransitions,
                };
                if (known?.Spec?.HolderIdentity != options.Identity || await client.WriteAsync(known, free, cancellationToken) is not null)
                    break;
                known = await client.FindAsync(cancellationToken);
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                Log.CannotRelease(log, Refusal.Describe(e));
            }
        }
        Log.Released(log, options.Identity);
    }

    private async Task<bool> TryAcquireAsync(CancellationToken cancellationToken)
    {
        known = await client.FindAsync(cancellationToken);
        if (known is not null)
        {
            view.See(known);
            // Ours already when the answer to our own write was lost.
            if (view.Holder != options.Identity && view.Remaining() > TimeSpan.Zero)
                return false;
        }
        return await WriteAsync(cancellationToken);
    }

    private async Task<bool> TryRenewAsync(CancellationToken cancellationToken)
    {
        for (var tries = 2; tries > 0; tries--)
        {
            if (await WriteAsync(cancellationToken))
                return true;
            // Touched by somebody who doesn't want it, or removed: still ours if we are the first to write.
            known = await client.FindAsync(cancellationToken);
            if (known is not null && known.Spec?.HolderIdentity != options.Identity)
            {
                Lose($"it was taken by '{known.Spec?.HolderIdentity}'");
                return false;
            }
        }
        return true;
    }

    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        var before = time.GetTimestamp();
        var mine = known?.Spec?.HolderIdentity == options.Identity;
        var written = await client.WriteAsync(
            known,
            new V1LeaseSpec
            {
                HolderIdentity = options.Identity,
                LeaseDurationSeconds = (int)Math.Ceiling(options.LeaseDuration.TotalSeconds),
                AcquireTime = mine ? known?.Spec?.AcquireTime ?? Now() : Now(),
                RenewTime = Now(),
                LeaseTransitions = (known?.Spec?.LeaseTransitions ?? 0) + (mine || known is null ? 0 : 1),
            },
            cancellationToken);
        if (written is null)
            return false;
        known = written;
        held = new Held(before);
        return true;
    }

    private void Lose(string reason)
    {
        held = null;
        metrics.Set(options.Name, false);
        Log.Lost(log, options.Identity, reason);
    }

    private DateTime Now() => time.GetUtcNow().UtcDateTime;

    private static TimeSpan Positive(TimeSpan span) => span > TimeSpan.FromMilliseconds(1) ? span : TimeSpan.FromMilliseconds(1);

    private sealed record Held(long Renewed);
}
