using HttpSd.Core.Runs;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>Takes back the jobs of dead workers; every worker tries, Redis lets one sweep per interval through.</summary>
internal sealed class SweepLoop(
    JobQueue queue,
    ResultCache cache,
    DefinitionWatcher definitions,
    IOptions<QueueOptions> options,
    IOptions<WorkerOptions> worker,
    TimeProvider time,
    ILogger<SweepLoop> log) : LoopService
{
    private long unknown;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        try
        {
            do
            {
                await SweepAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        // Without definitions there would be nothing to say of a job that is given up, and it would run again at once.
        if (!definitions.Loaded)
            return;
        try
        {
            if (await queue.SweepAsync(worker.Value.Pool, cancellationToken) is not { } report)
                return;
            if (report.Retaken + report.Removed + report.Mended > 0)
                Log.Swept(log, report.Retaken, report.Removed, report.Mended);
            foreach (var job in report.Poison)
            {
                Log.Poison(log, job.FullPath, options.Value.MaxStalls + 1);
                await ReportPoisonAsync(job, cancellationToken);
                await queue.FinishAsync(job, FinishMode.Done, cancellationToken);
            }
            await WarnOfUnknownAsync(cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The claim loop says so; the next sweep makes good for this one.
        }
    }

    private async Task ReportPoisonAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        if (JobPath.Of(job.FullPath) is not { } path || definitions.Table.Find(path) is not { } known)
            return;
        var error = new CachedError(
            time.GetUtcNow(),
            FailureTypes.WorkerLost,
            $"the worker was lost {options.Value.MaxStalls + 1} times while it ran this",
            "",
            "",
            worker.Value.Id,
            "",
            TimeSpan.Zero);
        await cache.FailAsync(
            job.FullPath, job.Token, error, known.Definition.ErrorTtl, worker.Value.MaxRetryDelay, cancellationToken);
    }

    private async Task WarnOfUnknownAsync(CancellationToken cancellationToken)
    {
        var seen = (await queue.ReadTotalsAsync(worker.Value.Pool, cancellationToken)).Unknown;
        if (seen > unknown)
            Log.UnknownJobs(log, seen);
        unknown = seen;
    }
}
