using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Status;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using GeneratorWorld = HttpSd.Operator.Tests.Reconcile.World;

namespace HttpSd.Operator.Tests.Store;

public sealed class StatusVersionTests
{
    [Fact]
    public async Task A_version_that_a_status_was_written_onto_is_waited_out_until_another_was_seen()
    {
        var acts = new GeneratorActs(
            null!, null!, null!, null!, null!, new StatusPace(Options.Create(new OperatorOptions()), TimeProvider.System), new NextVersion(),
            (_, _, _, _, _) => Task.CompletedTask);
        var first = Version("1");
        await WriteAsync(first);
        await ((Func<Task>)(() => WriteAsync(first))).Should().ThrowAsync<WriteConflictException>("the watch has not brought it yet");

        acts.Note(new EntityChange<TargetGenerator>(ReconciliationType.Modified, first, Version("2")));

        // As from a backup of the cluster.
        await WriteAsync(first);

        Task WriteAsync(TargetGenerator entity)
        {
            var observed = new Observed { Object = entity, Now = DateTimeOffset.UnixEpoch };
            return acts.WriteStatusAsync(observed, GeneratorDecision.Decide(observed), TestContext.Current.CancellationToken);
        }
    }

    private static TargetGenerator Version(string version)
    {
        var entity = GeneratorWorld.Generator("""{"path":"a","staticTargets":[{"targets":["a:1"]}]}""");
        entity.Metadata.ResourceVersion = version;
        return entity;
    }

    private sealed class NextVersion : IStatusPatcher
    {
        public Task<StatusWrite<TEntity>> ApplyAsync<TEntity>(TEntity stored, JsonObject desired, CancellationToken cancellationToken)
            where TEntity : class, IKubernetesObject<V1ObjectMeta>
        {
            var written = KubernetesJson.Deserialize<TEntity>(KubernetesJson.Serialize(stored));
            written.Metadata.ResourceVersion += "+";
            return Task.FromResult(new StatusWrite<TEntity>(StatusOutcome.Written, written));
        }
    }
}
