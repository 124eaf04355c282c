using HttpSd.Operator.Scaling;
using HttpSd.Scaling.Simulator.World;

namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>The operator's own policy, as it is.</summary>
internal sealed class Ours(ScalingSpec spec, int phase) : IController
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private ScalingState state = ScalingState.New;

    public int MinReplicas => spec.MinReplicas;

    public bool SetsDeletionCost => true;

    public bool IsDue(double now) => (now + phase) % spec.Interval.TotalSeconds == 0;

    public int Decide(View view)
    {
        var decision = ScalingPolicy.Decide(state, new ScalingSample
        {
            Now = Start.AddSeconds(view.Now),
            Queue = view.Queue is { } queue
                ? new QueueSample(
                    Start.AddSeconds(queue.At), queue.Pending, queue.Processing, TimeSpan.FromSeconds(queue.OldestAge), queue.Enqueued, queue.Completed)
                : null,
            Deployment = new DeploymentSample(view.Replicas, view.Ready, view.Pods, view.RollingOut)
            {
                StartUps = [.. view.StartUps.Select(s => new StartUp(Start.AddSeconds(s.ReadyAt), TimeSpan.FromSeconds(s.Took)))],
            },
        }, spec);
        state = decision.Next;
        return decision.Desired;
    }

    public void Restart(double now, int replicas) => state = ScalingState.Restored(state.Learned);
}
