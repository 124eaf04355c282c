using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.LeaderElection;

namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>What the two probes ask.</summary>
internal sealed class OperatorHealth(
    IEnumerable<IReflector> reflectors,
    IEnumerable<IControllerLoop> controllers,
    IEnumerable<ILeaderTask> tasks,
    LeaderWork work,
    ILeaderElection leadership)
{
    private readonly IReflector[] reflectors = [.. reflectors];
    private readonly IControllerLoop[] controllers = [.. controllers];
    private readonly ILeaderTask[] tasks = [.. tasks];
    private volatile bool synced;
    private volatile bool stopping;
    private volatile bool broken;

    /// <summary>False when only a restart can help.</summary>
    public bool Alive =>
        !broken && reflectors.All(r => r.Alive) && controllers.All(c => c.Alive) && tasks.All(t => t.Alive) && work.Alive && leadership.Alive;

    /// <summary>
    /// Everything was read once. Asks neither for leadership, which a rolling update would wait for in vain, nor
    /// whether the API server answers just now.
    /// </summary>
    public bool Ready => synced && !stopping;

    /// <summary>Why what is read may be old: told beside readiness, and no part of it.</summary>
    public IEnumerable<string> Troubles => reflectors.Select(r => r.Trouble).OfType<string>();

    public void Synced() => synced = true;

    public void Stopping() => stopping = true;

    public void Broken() => broken = true;
}
