using HttpSd.Operator.Runtime.LeaderElection;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.LeaderElection;

/// <summary>One contender for the lease, with a connection of its own.</summary>
internal sealed class Replica : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly k8s.Kubernetes kubernetes;

    public Replica(ScriptedApiServer server, FakeTimeProvider time, string identity, int seed)
    {
        kubernetes = server.Connect(identity);
        var options = new LeaseOptions("ns", "op-leader", identity);
        Election = new LeaseElection(
            new LeaseClient(kubernetes, options, time), options, Instruments.Leader, time, new Random(seed), NullLogger<LeaseElection>.Instance);
        Run = RunAsync();
    }

    public LeaseElection Election { get; }

    public Instruments Instruments { get; } = new();

    /// <summary>Ends when leadership is lost or the replica is stopped.</summary>
    public Task Run { get; }

    public bool Leads => Election.IsLeader;

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Run.WaitAsync(TimeSpan.FromSeconds(10));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        kubernetes.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await Election.AcquireAsync(stop.Token);
            await Election.HoldAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
