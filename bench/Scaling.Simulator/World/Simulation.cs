using HttpSd.Scaling.Simulator.Controllers;

namespace HttpSd.Scaling.Simulator.World;

/// <summary>
/// One trace under one controller: events of jobs and Pods in the order of their time, and every second a look
/// at the Deployment and a chance for the controller.
/// </summary>
internal sealed class Simulation
{
    private readonly Scenario scenario;
    private readonly IController controller;
    private readonly Random random;
    private readonly Cluster cluster;
    private readonly Measures measures = new();
    private readonly PriorityQueue<Action, double> events = new();
    private readonly Queue<(int Job, double At, int Attempt)> pending = new();
    private readonly List<Pod> free = [];
    private double now;
    private int arrived;
    private int processing;
    private long enqueued;
    private long completed;
    private Reading? frozen;

    private Simulation(Scenario scenario, IController controller)
    {
        (this.scenario, this.controller, random) = (scenario, controller, new Random(scenario.Seed));
        cluster = new Cluster(scenario, random, controller.SetsDeletionCost)
        {
            Created = (pod, start) => events.Enqueue(() => Ready(pod, pod.Life), now + start),
            Terminated = Terminate,
        };
    }

    public static Figures Run(Scenario scenario, IController controller)
    {
        var simulation = new Simulation(scenario, controller);
        simulation.Play();
        return simulation.measures.Figures;
    }

    private void Play()
    {
        cluster.Scale(controller.MinReplicas, 0);
        for (var second = 0.0; second <= scenario.End; second++)
        {
            Advance(second);
            if (scenario.CounterResetAt == second)
                (enqueued, completed) = (0, 0);
            if (scenario.Rollouts.Contains(second))
                cluster.StartRollout();
            if (cluster.RollingOut)
                cluster.Reconcile(second);
            Control(second);
        }
        // Those that never started count with what they have waited until now.
        foreach (var (_, at, _) in pending)
            measures.Waited(scenario.End - at, scenario.Objective);
    }

    private void Control(double second)
    {
        foreach (var restart in scenario.Restarts)
        {
            if (second >= restart && second < restart + 20)
                return;
            if (second == restart + 20)
                controller.Restart(second, cluster.Replicas);
        }
        if (!controller.IsDue(second))
            return;
        var outage = controller.SeesThroughOutages ? null : scenario.Outages.FirstOrDefault(o => second >= o.From && second < o.To);
        var reading = new Reading(second, pending.Count, processing, pending.Count == 0 ? 0 : second - pending.Peek().At, enqueued, completed);
        frozen = outage?.Kind == OutageKind.Frozen ? frozen ?? reading : null;
        var view = new View
        {
            Now = second,
            Queue = outage?.Kind switch { null => reading, OutageKind.Frozen => frozen, _ => null },
            Empty = outage?.Kind == OutageKind.Empty,
            Replicas = cluster.Replicas,
            Ready = cluster.Ready,
            Pods = cluster.Pods.Count,
            RollingOut = cluster.RollingOut,
            StartUps = [.. cluster.Pods.Where(p => p.StartUp is not null).Select(p => (p.CreatedAt + p.StartUp!.Value, p.StartUp.Value))],
        };
        var desired = Math.Clamp(controller.Decide(view), 0, scenario.MaxReplicas);
        if (desired == cluster.Replicas)
            return;
        // A frozen source is not known to be one before its numbers are old.
        measures.Wrote(second, cluster.Replicas, desired, outage is not null && (outage.Kind != OutageKind.Frozen || second - frozen!.At > 30));
        cluster.Scale(desired, second);
    }

    private void Advance(double until)
    {
        while (true)
        {
            var arrival = arrived < scenario.Jobs.Length ? scenario.Jobs[arrived].At : double.PositiveInfinity;
            var due = events.TryPeek(out _, out var at) ? at : double.PositiveInfinity;
            var next = Math.Min(arrival, due);
            if (next > until)
                break;
            Pass(next);
            if (due <= arrival)
                events.Dequeue()();
            else
                Enqueue(arrived++, 1);
        }
        Pass(until);
    }

    private void Pass(double to)
    {
        measures.ReplicaSeconds += cluster.Pods.Count * (to - now);
        now = to;
    }

    private void Enqueue(int job, int attempt)
    {
        enqueued++;
        pending.Enqueue((job, now, attempt));
        Fill();
    }

    private void Fill()
    {
        while (pending.Count > 0 && free.Count > 0)
        {
            var (job, at, attempt) = pending.Dequeue();
            measures.Waited(now - at, scenario.Objective);
            Start(free[random.Next(free.Count)], job, attempt);
        }
    }

    private void Start(Pod pod, int job, int attempt)
    {
        processing++;
        var run = new Run(pod, job, now, attempt);
        pod.Runs.Add(run);
        SetFree(pod);
        var (seconds, kills) = (scenario.Jobs[job].Seconds, scenario.Jobs[job].Kills);
        if (scenario.SaturatesAt is { } most)
            seconds *= Math.Max(1, (double)processing / most);
        if (kills)
            events.Enqueue(() => { if (!run.Cancelled) Crash(pod); }, now + seconds);
        else
            events.Enqueue(() => End(run), now + seconds);
    }

    private void End(Run run)
    {
        if (run.Cancelled)
            return;
        processing--;
        completed++;
        run.Pod.Runs.Remove(run);
        if (run.Attempt < scenario.Jobs[run.Job].Runs)
        {
            // Backoff: in between it is not pending.
            var delay = 5 * Math.Pow(2, run.Attempt - 1);
            events.Enqueue(() => Enqueue(run.Job, run.Attempt + 1), now + delay);
        }
        if (run.Pod is { Terminating: true, Runs.Count: 0 })
            cluster.Gone(run.Pod);
        SetFree(run.Pod);
        Fill();
    }

    private void Ready(Pod pod, int life)
    {
        if (pod.Gone || pod.Terminating || pod.Life != life)
            return;
        (pod.Ready, pod.ReadyAt, pod.StartUp) = (true, now, pod.StartUp ?? now - pod.CreatedAt);
        if (scenario.CrashEvery is { } mean)
            events.Enqueue(() => { if (pod.Life == life && !pod.Gone) Crash(pod); }, now - (mean * Math.Log(1 - random.NextDouble())));
        SetFree(pod);
        Fill();
    }

    /// <summary>The jobs come back when their leases end, the Pod when it has started again.</summary>
    private void Crash(Pod pod)
    {
        pod.Life++;
        foreach (var run in pod.Runs)
        {
            run.Cancelled = true;
            var lost = run;
            var givenUp = scenario.Jobs[run.Job].Kills && run.Attempt >= 3;
            events.Enqueue(() => { processing--; if (!givenUp) Enqueue(lost.Job, lost.Attempt + (scenario.Jobs[lost.Job].Kills ? 1 : 0)); }, now + scenario.Lease);
        }
        pod.Runs.Clear();
        pod.Ready = false;
        SetFree(pod);
        if (pod.Terminating)
            cluster.Gone(pod);
        else
            events.Enqueue(() => Ready(pod, pod.Life), now + 10 + scenario.Start.Least);
    }

    /// <summary>It takes no more jobs, and what still runs at the end of the grace is put back.</summary>
    private void Terminate(Pod pod)
    {
        SetFree(pod);
        if (pod.Runs.Count == 0)
        {
            events.Enqueue(() => { if (!pod.Gone) cluster.Gone(pod); }, now + 1);
            return;
        }
        events.Enqueue(() =>
        {
            if (pod.Gone)
                return;
            cluster.Gone(pod);
            foreach (var run in pod.Runs)
            {
                run.Cancelled = true;
                processing--;
                measures.Interrupted++;
                Enqueue(run.Job, run.Attempt);
            }
        }, now + scenario.Grace);
    }

    private void SetFree(Pod pod)
    {
        var isFree = pod is { Ready: true, Terminating: false, Gone: false } && pod.Runs.Count < scenario.Concurrency;
        if (isFree == pod.FreeIndex >= 0)
            return;
        if (isFree)
        {
            pod.FreeIndex = free.Count;
            free.Add(pod);
            return;
        }
        var last = free[^1];
        free[pod.FreeIndex] = last;
        last.FreeIndex = pod.FreeIndex;
        free.RemoveAt(free.Count - 1);
        pod.FreeIndex = -1;
    }
}
