using HttpSd.Core;
using HttpSd.Core.Definitions;
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
    JobScripts scripts,
    Leftovers leftovers,
    RunRecords records,
    LeaseKeeper leases,
    Shutdown shutdown,
    IScriptRunner runner,
    WorkerMetrics metrics,
    IOptions<WorkerOptions> options,
    TimeProvider time,
    ILogger<JobRun> log)
{
    private static readonly TimeSpan StoreRetry = TimeSpan.FromMilliseconds(250);

    // What a slot waits after a job for another worker: this one would take it again at once when there is no other.
    private static readonly TimeSpan AsidePause = TimeSpan.FromSeconds(1);

    // What a run may take beyond its script's timeout.
    private static readonly TimeSpan Beside = TimeSpan.FromMinutes(2);

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
            var script = await scripts.FindAsync(job, active.Stopped);
            if (script is null && await scripts.IsForOthersAsync(job, active.Stopped))
            {
                Log.PutAside(log, job.FullPath);
                await FinishAsync(active, FinishMode.Aside);
                leases.Remove(active);
                await Task.Delay(AsidePause, time);
                return;
            }
            if (script is null || JobScripts.Key(script.Definition, job.FullPath) is not { } key)
            {
                Log.NothingToRun(log, job.FullPath);
                await leftovers.RemoveGoneAsync(job, active.Stopped);
                await FinishAsync(active, FinishMode.Done);
                return;
            }
            active.Longest = script.Definition.Timeout + Beside;
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
            // Asked for by someone who looked before this result was stored, and came after its job was done.
            if (before.Result is { } newer && newer.Token > job.Seen && newer.DefinitionHash == script.Definition.Hash)
            {
                await FinishAsync(active, FinishMode.Done);
                return;
            }
            if (before.Failures > 0)
                metrics.Retried();
            Failpoint.Reach(Failpoint.AfterFirstBeat);
            active.Stopped.ThrowIfCancellationRequested();

            // 4. Run it, 5. check and write its list.
            var report = await runner.RunAsync(
                new ScriptRun(job.Token.ToString(System.Globalization.CultureInfo.InvariantCulture), script, Parameters(key))
                {
                    // What it waits for an interpreter is no part of its time.
                    Waited = () => active.Longest = time.GetElapsedTime(active.ClaimedAt) + script.Definition.Timeout + Beside,
                },
                active.Stopped);
            Failpoint.Reach(Failpoint.AfterRun);
            // A runner that is told to end together with its worker is no fault of the script.
            if (report.Failure?.Type == FailureTypes.RunnerFailed && shutdown.IsStopping)
                throw new OperationCanceledException();
            var (list, failure) = Check(script.Definition, report, before);
            // A reload may have cleared what it is held against and counted with.
            if (failure is not null)
                (list, failure) = Check(script.Definition, report, before = await WhileHeldAsync(active, c => cache.ReadAsync(key.FullPath, c)));

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
                ? await WhileHeldAsync(active, c => cache.CommitAsync(records.Result(active.Job, key, definition, report, list), c))
                : await WhileHeldAsync(active, c => cache.FailAsync(
                    key.FullPath, active.Job.Token, records.Error(active.Job, report, failure!), definition.ErrorTtl, records.Backoff(failures), c));
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
        // Nobody else comes back to these keys.
        var began = time.GetTimestamp();
        await RepeatAsync(
            () => leftovers.RemoveAsync(job, key, definition),
            () => time.GetElapsedTime(began) < leases.Lease && !shutdown.IsStopping);
    }

    /// <summary>
    /// Repeats a store operation until it succeeds, the run is stopped, or a lease's time is over: a store that refuses
    /// for so long refuses this write, and the job is taken back a bounded number of times. Each is harmless to repeat.
    /// </summary>
    private async Task<T> WhileHeldAsync<T>(ActiveRun active, Func<CancellationToken, Task<T>> operation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            if (active.Lost)
                throw new OperationCanceledException();
            try
            {
                return await operation(CancellationToken.None);
            }
            catch (StoreUnavailableException) when (time.GetElapsedTime(began) < leases.Lease)
            {
                await Task.Delay(StoreRetry, time, active.Stopped);
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
                    fullPath, job.Token, records.Error(job, report, failure), definition.ErrorTtl, records.Backoff(before.Failures), CancellationToken.None);
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
                if ((active.Plan ?? scripts.PlanOf(active.Job, time.GetTimestamp())) is { } lost)
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
                await PutBackAsync(active);
            }
        }
        catch (StoreUnavailableException e)
        {
            Log.JobLeft(log, active.Job.FullPath, e.Message);
        }
    }

    private Task PutBackAsync(ActiveRun active) => RepeatAsync(
        async () =>
        {
            if (await FinishAsync(active, FinishMode.Release))
                Log.PutBack(log, active.Job.FullPath);
        },
        () => shutdown.LeftForPuttingBack > StoreRetry && !active.Lost);

    private async Task RepeatAsync(Func<Task> operation, Func<bool> mayGoOn)
    {
        while (true)
        {
            try
            {
                await operation();
                return;
            }
            catch (StoreUnavailableException) when (mayGoOn())
            {
                await Task.Delay(StoreRetry, time);
            }
        }
    }

    private Task<bool> FinishAsync(ActiveRun active, FinishMode mode) =>
        queue.FinishAsync(active.Job, mode, CancellationToken.None);

    private static Dictionary<string, string> Parameters(RequestKey key) => key.Parameters.ToDictionary(p => p.Key, p => p.Value);
}
