using HttpSd.Core;
using HttpSd.Core.Definitions;
using HttpSd.Core.Freshness;
using HttpSd.Core.Requests;
using HttpSd.Core.Runs;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>
/// One job from claim to acknowledgement. The result is stored first and the job acknowledged second: a crash
/// in between costs one unnecessary run and loses nothing.
/// </summary>
internal sealed class JobRun(
    JobQueue queue,
    ResultCache cache,
    DefinitionWatcher definitions,
    DefinitionStore store,
    DefinitionPublisher publisher,
    ScriptCache scripts,
    LeaseKeeper leases,
    IScriptRunner runner,
    WorkerMetrics metrics,
    IOptions<WorkerOptions> options,
    IOptions<CacheOptions> cacheOptions,
    Random random,
    TimeProvider time,
    ILogger<JobRun> log)
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Runs the job. A fault of ours ends it as an error, with the backoff of any other; one that stands in the way
    /// even of that is thrown, and the job is taken back as a dead worker's is, a bounded number of times.
    /// </summary>
    public async Task RunAsync(ActiveRun active)
    {
        var began = time.GetTimestamp();
        try
        {
            await RunToEndAsync(active);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            var took = time.GetElapsedTime(began);
            var word = WorkerMetrics.Word(RunOutcome.Error);
            Log.JobFault(log, e, active.Job.FullPath, word, took.TotalSeconds, options.Value.Id, FailureTypes.WorkerFault);
            await FailAsync(active, e, took);
        }
    }

    private async Task RunToEndAsync(ActiveRun active)
    {
        var job = active.Job;
        try
        {
            Failpoint.Reach(Failpoint.AfterClaim);

            // 1. The definition, at least as new as the demand.
            var script = await FindScriptAsync(job, active.Stopped);
            if (script is null || Key(script.Definition, job.FullPath) is not { } key)
            {
                Log.NothingToRun(log, job.FullPath);
                // Whoever asked for it did so as the generator went, and may have left keys that nobody else looks for.
                if (JobPath.Of(job.FullPath) is { } path && await store.IsGoneAsync(path, active.Stopped))
                    await publisher.RemoveKeysAsync(job.Pool, path, active.Stopped);
                await FinishAsync(active, FinishMode.Done);
                return;
            }
            active.Longest = script.Definition.Timeout + TimeSpan.FromMinutes(2);
            active.Plan = new RunPlan(key, script.Definition, time.GetTimestamp());

            // 2. A lost owner may still be running: void its result, unless it is stored already.
            if (job.LostToken > 0 && await cache.ReplaceLostAsync(key.FullPath, job.LostToken, active.Stopped))
            {
                await FinishAsync(active, FinishMode.Done);
                return;
            }

            // 3. Say that the script begins, and see what is there.
            var beat = leases.BeatAsync(active, active.Stopped);
            var before = await cache.ReadAsync(key.FullPath, active.Stopped);
            await beat;
            if (before.Failures > 0)
                metrics.Retried();
            Failpoint.Reach(Failpoint.AfterFirstBeat);
            active.Stopped.ThrowIfCancellationRequested();

            // 4. Run it, 5. check and write its list.
            var report = await runner.RunAsync(
                new ScriptRun(job.Token.ToString(System.Globalization.CultureInfo.InvariantCulture), script, Parameters(key)),
                active.Stopped);
            Failpoint.Reach(Failpoint.AfterRun);
            var (list, failure) = Check(script.Definition, report, before);

            // 6. Store it, in the order of the claims. 7. Acknowledge the job.
            var outcome = await CommitAsync(active, key, script.Definition, report, list, failure, before.Failures);
            metrics.Finished(outcome, script.Definition.Path, report.Duration);
            var word = WorkerMetrics.Word(outcome);
            if (failure is null || outcome == RunOutcome.Superseded)
                Log.Ended(log, key.FullPath, word, report.Duration.TotalSeconds, options.Value.Id, list?.TargetCount ?? 0);
            else
                Log.Failed(log, key.FullPath, word, report.Duration.TotalSeconds, options.Value.Id, failure.Type, failure.Message);
        }
        catch (OperationCanceledException)
        {
            await GiveUpAsync(active);
        }
        catch (StoreUnavailableException e)
        {
            // The lease ends by itself, and another worker takes the job.
            Log.JobLeft(log, job.FullPath, e.Message);
        }
    }

    private async Task<GeneratorScript?> FindScriptAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        var path = JobPath.Of(job.FullPath);
        var known = path is null ? null : definitions.Table.Find(path);
        if (path is not null && (known is null || known.Revision < job.WantedRevision))
        {
            await definitions.RefreshAsync(cancellationToken);
            known = definitions.Table.Find(path);
        }
        return known is null || known.Definition.Suspend || known.Definition.Runtime == GeneratorRuntime.Static
            ? null
            : await scripts.ReadAsync(known.Definition, cancellationToken);
    }

    private (TargetList? List, RunFailure? Failure) Check(GeneratorDefinition definition, ScriptReport report, CacheEntry before)
    {
        if (report.Outcome != RunOutcome.Success)
            return (null, report.Failure);
        var built = TargetListBuilder.Build(report.Output.Span, options.Value.ListLimits);
        if (built.List is not { } list)
            return (null, built.Failure);
        return ShrinkGuard.Check(before.Result?.Targets, list.TargetCount, definition.MaxShrinkPercent) is { } shrunk
            ? (null, shrunk)
            : (list, null);
    }

    private async Task<RunOutcome> CommitAsync(
        ActiveRun active, RequestKey key, GeneratorDefinition definition, ScriptReport report, TargetList? list, RunFailure? failure, int failures)
    {
        var current = definitions.Table.Find(definition.Path)?.Definition.Hash == definition.Hash;
        var stored = !current
            ? CommitOutcome.Superseded
            : list is not null
                ? await WhileHeldAsync(active, c => cache.CommitAsync(Result(active.Job, key, definition, report, list), c))
                : await WhileHeldAsync(active, c => cache.FailAsync(
                    key.FullPath, active.Job.Token, Error(active.Job, report, failure!), definition.ErrorTtl, Backoff(failures), c));
        Failpoint.Reach(Failpoint.AfterCommit);
        // A run that was overtaken by a reload or a change leaves its demand behind for the next one.
        var finished = await WhileHeldAsync(
            active, c => queue.FinishAsync(active.Job, stored == CommitOutcome.Superseded ? FinishMode.Again : FinishMode.Done, c));
        Failpoint.Reach(Failpoint.AfterFinish);
        if (!finished)
            await CleanUpAsync(active.Job, key, definition);
        return stored is CommitOutcome.Superseded or CommitOutcome.Overtaken
            ? RunOutcome.Superseded
            : list is not null ? RunOutcome.Success
            : report.Outcome == RunOutcome.Timeout ? RunOutcome.Timeout : RunOutcome.Error;
    }

    // The job was taken away. When its generator was deleted or its parameter set made room for another, what was
    // just stored, or the fence against it, has to go too.
    private async Task CleanUpAsync(ClaimedJob job, RequestKey key, GeneratorDefinition definition)
    {
        if (await store.ReadScriptAsync(definition.Path, CancellationToken.None) is null)
            await publisher.RemoveKeysAsync(job.Pool, definition.Path, CancellationToken.None);
        else if (!await cache.IsVariantAsync(definition.Path, key.FullPath, CancellationToken.None))
            await cache.DeleteAsync([key.FullPath], CancellationToken.None);
    }

    /// <summary>Repeats a store operation until it succeeds or the lease is gone; each is harmless to repeat.</summary>
    private async Task<T> WhileHeldAsync<T>(ActiveRun active, Func<CancellationToken, Task<T>> operation)
    {
        while (true)
        {
            try
            {
                return await operation(active.Lost ? new CancellationToken(true) : CancellationToken.None);
            }
            catch (StoreUnavailableException) when (!active.Lost)
            {
                await Task.Delay(StoreRetry, time);
            }
        }
    }

    private async Task FailAsync(ActiveRun active, Exception fault, TimeSpan took)
    {
        try
        {
            var job = active.Job;
            var path = JobPath.Of(job.FullPath);
            if ((active.Plan?.Definition ?? (path is null ? null : definitions.Table.Find(path)?.Definition)) is { } definition)
            {
                var fullPath = active.Plan?.Key.FullPath ?? job.FullPath;
                var failure = new RunFailure(
                    FailureTypes.WorkerFault, $"a fault of the worker's own ended the run: {Excerpt.Of(fault.Message)}", "");
                var report = new ScriptReport(RunOutcome.Error, default, failure, "", took);
                var before = await cache.ReadAsync(fullPath, CancellationToken.None);
                await cache.FailAsync(
                    fullPath, job.Token, Error(job, report, failure), definition.ErrorTtl, Backoff(before.Failures), CancellationToken.None);
                metrics.Finished(RunOutcome.Error, definition.Path, took);
            }
            await FinishAsync(active, FinishMode.Done);
        }
        catch (StoreUnavailableException e)
        {
            Log.JobLeft(log, active.Job.FullPath, e.Message);
        }
    }

    private async Task GiveUpAsync(ActiveRun active)
    {
        try
        {
            if (active.Lost)
            {
                metrics.Lost();
                Log.LeaseLost(log, active.Job.FullPath);
                if (active.Plan is { } lost)
                    await CleanUpAsync(active.Job, lost.Key, lost.Definition);
            }
            else if (active is { Superseded: true, Plan: { } plan })
            {
                // As if it had run to its end: nothing stored, no error, and its demand is left for the next run.
                var took = time.GetElapsedTime(plan.Since);
                metrics.Finished(RunOutcome.Superseded, plan.Definition.Path, took);
                var word = WorkerMetrics.Word(RunOutcome.Superseded);
                Log.Ended(log, plan.Key.FullPath, word, took.TotalSeconds, options.Value.Id, 0);
                if (!await FinishAsync(active, FinishMode.Again))
                    await CleanUpAsync(active.Job, plan.Key, plan.Definition);
            }
            else
            {
                Log.PutBack(log, active.Job.FullPath);
                await FinishAsync(active, FinishMode.Release);
            }
        }
        catch (StoreUnavailableException e)
        {
            Log.JobLeft(log, active.Job.FullPath, e.Message);
        }
    }

    private Task<bool> FinishAsync(ActiveRun active, FinishMode mode) =>
        queue.FinishAsync(active.Job, mode, CancellationToken.None);

    private ResultCommit Result(ClaimedJob job, RequestKey key, GeneratorDefinition definition, ScriptReport report, TargetList list) => new(
        key.FullPath,
        job.Token,
        list.ETag,
        list.Body,
        BodyGzip.Compress(list.Body),
        definition.CacheTtl,
        definition.StaleTtl,
        cacheOptions.Value.Retention,
        list.TargetCount,
        list.GroupCount,
        report.Duration,
        definition.Hash,
        list.Warnings);

    private CachedError Error(ClaimedJob job, ScriptReport report, RunFailure failure) => new(
        time.GetUtcNow(), failure.Type, failure.Message, failure.Traceback, report.LogTail, options.Value.Id, job.JobId, report.Duration);

    private TimeSpan Backoff(int failures) =>
        RetryBackoff.Next(failures + 1, options.Value.RetryDelay, options.Value.MaxRetryDelay, random.NextDouble());

    private static Dictionary<string, string> Parameters(RequestKey key) => key.Parameters.ToDictionary(p => p.Key, p => p.Value);

    // A ticket pushed by hand may write its path in another way; results go to the canonical key.
    private static RequestKey? Key(GeneratorDefinition definition, string fullPath) =>
        ParameterRules.Resolve(definition, RequestKey.Parse(fullPath).Parameters).Key;
}
