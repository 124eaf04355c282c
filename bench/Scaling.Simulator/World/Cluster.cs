namespace HttpSd.Scaling.Simulator.World;

/// <summary>Which Pods there are: what a Deployment and its ReplicaSets do with a number of replicas.</summary>
internal sealed class Cluster(Scenario scenario, Random random, bool deletionCost)
{
    private readonly List<Pod> pods = [];
    private int ids;

    public IReadOnlyList<Pod> Pods => pods;

    public int Replicas { get; private set; }

    public bool RollingOut { get; private set; }

    public int Ready => pods.Count(p => p is { Ready: true, Terminating: false });

    /// <summary>A Pod was made; it is ready after so many seconds.</summary>
    public Action<Pod, double> Created { get; set; } = (_, _) => { };

    public Action<Pod> Terminated { get; set; } = _ => { };

    public void Scale(int replicas, double now)
    {
        Replicas = replicas;
        Reconcile(now);
    }

    public void Gone(Pod pod)
    {
        pod.Gone = true;
        pods.Remove(pod);
    }

    public void StartRollout()
    {
        foreach (var pod in pods)
            pod.Old = true;
        RollingOut = pods.Exists(p => !p.Terminating);
    }

    public void Reconcile(double now)
    {
        if (RollingOut)
            Replace(now);
        if (RollingOut)
            return;
        var alive = pods.Count(p => !p.Terminating);
        for (; alive < Replicas; alive++)
            Create(now);
        if (alive > Replicas)
            foreach (var victim in Victims(now).Take(alive - Replicas).ToList())
                Terminate(victim);
    }

    /// <summary>A quarter more, a quarter fewer: the defaults of a rolling update.</summary>
    private void Replace(double now)
    {
        var (surge, unavailable) = ((int)Math.Ceiling(0.25 * Replicas), (int)Math.Floor(0.25 * Replicas));
        var alive = pods.Where(p => !p.Terminating).ToList();
        var old = alive.Where(p => p.Old).OrderBy(p => p.Ready).ThenBy(p => p.Id).ToList();
        var ready = alive.Count(p => p.Ready);
        var fresh = alive.Count - old.Count;
        for (var count = alive.Count; count < Replicas + surge && fresh < Replicas; count++, fresh++)
            Create(now);
        foreach (var pod in old)
        {
            if (pod.Ready && ready <= Replicas - unavailable)
                break;
            ready -= pod.Ready ? 1 : 0;
            Terminate(pod);
        }
        RollingOut = pods.Exists(p => p is { Old: true, Terminating: false });
    }

    /// <summary>A ReplicaSet's order: not ready, cheaper by deletion cost, ready for a shorter time.</summary>
    private IEnumerable<Pod> Victims(double now) => pods.Where(p => !p.Terminating)
        .OrderBy(p => p.Ready)
        .ThenBy(p => deletionCost && p.Runs.Count > 0 ? 10 + p.Runs.Max(r => now - r.StartedAt) : 0)
        .ThenByDescending(p => p.ReadyAt)
        .ThenByDescending(p => p.Id);

    private void Create(double now)
    {
        var pod = new Pod(ids++, now);
        var start = scenario.Start.Least + (random.NextDouble() * (scenario.Start.Most - scenario.Start.Least));
        if (pods.Count >= scenario.Room)
            start += scenario.Provisioning;
        pods.Add(pod);
        Created(pod, start);
    }

    private void Terminate(Pod pod)
    {
        pod.Terminating = true;
        Terminated(pod);
    }
}
