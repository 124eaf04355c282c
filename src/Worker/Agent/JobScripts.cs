using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>What a job asks to run.</summary>
internal sealed class JobScripts(DefinitionWatcher definitions, DefinitionStore store, ScriptCache scripts)
{
    /// <summary>The script of a job of this worker's, at least as new as its demand; null when there is nothing to run here.</summary>
    public async Task<GeneratorScript?> FindAsync(ClaimedJob job, CancellationToken cancellationToken)
    {
        var path = JobPath.Of(job.FullPath);
        var known = path is null ? null : definitions.Table.Find(path);
        if (path is not null && (known is null || known.Revision < job.WantedRevision || known.Definition.WorkerPool != job.Pool))
        {
            await definitions.RefreshAsync(cancellationToken);
            known = definitions.Table.Find(path);
        }
        if (known is null || known.Definition.Suspend || known.Definition.Runtime == GeneratorRuntime.Static)
            return null;
        // The last one understood goes on being served, but it is not what is asked for.
        if (known.Revision < job.WantedRevision && await IsForOthersAsync(job, cancellationToken))
            return null;
        var script = await scripts.ReadAsync(known.Definition, cancellationToken);
        return script?.Definition.WorkerPool == job.Pool ? script : null;
    }

    /// <summary>A definition that a newer build has written, or that Redis has lost and gets again, is no deleted one.</summary>
    public async Task<bool> IsForOthersAsync(ClaimedJob job, CancellationToken cancellationToken) =>
        JobPath.Of(job.FullPath) is { } path
        && await store.ReadAtAsync(path, cancellationToken) is { IsRemoved: false, Definition: null };

    /// <summary>Of a job that was taken away before its script was looked up: a fence may wait for its owner.</summary>
    public RunPlan? PlanOf(ClaimedJob job, long now) =>
        JobPath.Of(job.FullPath) is { } path
        && definitions.Table.Find(path)?.Definition is { } definition
        && Key(definition, job.FullPath) is { } key
            ? new RunPlan(key, definition, now)
            : null;

    /// <summary>Where the job's result goes: a ticket pushed by hand may write its path in another way.</summary>
    public static RequestKey? Key(GeneratorDefinition definition, string fullPath) =>
        ParameterRules.Resolve(definition, RequestKey.Parse(fullPath).Parameters).Key;
}
