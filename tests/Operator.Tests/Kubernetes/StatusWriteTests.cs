using System.Text.Json.Nodes;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Status;
using HttpSd.Operator.Tests.Reconcile;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Kubernetes;

public sealed class StatusWriteTests
{
    private readonly TargetGenerator entity = World.Generator("""{"script":"x"}""");
    private readonly FakeTimeProvider time = new();
    private readonly List<string> told = [];
    private readonly GeneratorActs acts;

    public StatusWriteTests()
    {
        var pace = new StatusPace(Options.Create(new OperatorOptions()), time);
        acts = new GeneratorActs(null!, null!, null!, null!, null!, pace, new Server(), (_, reason, message, _, _) =>
        {
            told.Add($"{reason}: {message}");
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Outcomes_of_runs_are_written_at_their_pace()
    {
        (await WriteAsync(ConditionDraft.False)).Should().Be(TimeSpan.Zero);
        (await WriteAsync(ConditionDraft.True)).Should().Be(TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(30));
        (await WriteAsync(ConditionDraft.True)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task The_first_outcome_is_written_at_once_also_after_a_write_that_only_says_that_it_is_waited_for()
    {
        (await WriteAsync(ConditionDraft.Unknown)).Should().Be(TimeSpan.Zero);
        (await WriteAsync(ConditionDraft.True)).Should().Be(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_reload_that_waits_is_told_of_once_for_each_value_though_no_status_is_written()
    {
        await WaitAsync("a");
        await WaitAsync("a");
        await WaitAsync("b");
        await WaitAsync(null);
        await WaitAsync("b");

        told.Should().Equal("ReloadWaiting: a", "ReloadWaiting: b", "ReloadWaiting: b");
    }

    private Task<TimeSpan> WaitAsync(string? reload) => acts.WriteStatusAsync(
        new Observed { Object = entity, Now = time.GetUtcNow() },
        new GeneratorPlan
        {
            Status = new TargetGeneratorStatus(),
            Waiting = reload is null ? null : new PlannedEvent(EventType.Normal, Reasons.ReloadWaiting, reload),
        },
        TestContext.Current.CancellationToken);

    private Task<TimeSpan> WriteAsync(string generating)
    {
        entity.Status ??= new TargetGeneratorStatus { Conditions = [] };
        var status = new TargetGeneratorStatus { Conditions = [new V1Condition { Type = ConditionTypes.Generating, Status = generating, Reason = "x", Message = "" }] };
        return acts.WriteStatusAsync(
            new Observed { Object = entity, Now = time.GetUtcNow() },
            new GeneratorPlan { Status = status, StatusChanged = true },
            TestContext.Current.CancellationToken);
    }

    private sealed class Server : IStatusPatcher
    {
        public Task<StatusWrite<TEntity>> ApplyAsync<TEntity>(TEntity stored, JsonObject desired, CancellationToken cancellationToken)
            where TEntity : class, IKubernetesObject<V1ObjectMeta> => Task.FromResult(new StatusWrite<TEntity>(StatusOutcome.Written, stored));
    }
}
