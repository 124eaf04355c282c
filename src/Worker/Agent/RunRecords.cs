using HttpSd.Core.Definitions;
using HttpSd.Core.Freshness;
using HttpSd.Core.Requests;
using HttpSd.Core.Runs;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>What is stored of a run.</summary>
internal sealed class RunRecords(
    IOptions<WorkerOptions> options, IOptions<CacheOptions> cacheOptions, Random random, TimeProvider time)
{
    public ResultCommit Result(ClaimedJob job, RequestKey key, GeneratorDefinition definition, ScriptReport report, TargetList list) => new(
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

    public CachedError Error(ClaimedJob job, ScriptReport report, RunFailure failure) => new(
        time.GetUtcNow(), failure.Type, failure.Message, failure.Traceback, report.LogTail, options.Value.Id, job.JobId, report.Duration);

    public TimeSpan Backoff(int failures) =>
        RetryBackoff.Next(failures + 1, options.Value.RetryDelay, options.Value.MaxRetryDelay, random.NextDouble());
}
