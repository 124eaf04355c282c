using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;

namespace HttpSd.Worker.Agent;

/// <summary>
/// Finds the runs whose result the store would refuse. That another run is wanted is not enough: until then an
/// older list is better than none.
/// </summary>
internal sealed class VoidRuns(ResultCache cache, DefinitionWatcher definitions)
{
    /// <summary>Stops those of the runs that can store nothing; true when one may soon be such a run.</summary>
    public async Task<bool> StopAsync(IEnumerable<ActiveRun> runs, CancellationToken cancellationToken)
    {
        var soon = false;
        foreach (var run in runs)
        {
            if (run.Plan is not { } plan || run.Stopped.IsCancellationRequested)
                continue;
            if (IsOutdated(plan) || (run.Followed && await cache.IsVoidAsync(plan.Key.FullPath, run.Job.Token, cancellationToken)))
                run.Supersede();
            else
                soon |= run.Followed; // a reload asks for its run before it clears
        }
        return soon;
    }

    private bool IsOutdated(RunPlan plan) =>
        definitions.Table.Find(plan.Definition.Path)?.Definition.Hash != plan.Definition.Hash;
}
