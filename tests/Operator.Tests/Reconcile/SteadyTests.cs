using CsCheck;
using HttpSd.Core.Runs;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;

namespace HttpSd.Operator.Tests.Reconcile;

/// <summary>However the world looks: when it stays as it is, nothing is written a second time.</summary>
public sealed class SteadyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly string[] Specs =
    [
        """{"script":"x"}""", """{"script":"x","suspend":true}""", """{"staticTargets":[]}""", """{"script":"x","path":"other"}""",
        """{"script":"x","timeout":"5x"}""", """{"script":"x","path":"/"}""", """{"script":"x","workerPool":"big"}""", "{}", "[]", "null",
        """{"scriptFrom":{"configMapKeyRef":{"name":"a","key":"b"}}}""",
    ];

    private static readonly Gen<StoredDefinition> Stored = Gen.Select(
        OneOf("my-service", "other", "third"), OneOf("monitoring/my-service", "monitoring/b"),
        OneOf("u1", "u0", ""), OneOf("h1", "h2"), Gen.Bool, (path, name, uid, hash, runs) => new StoredDefinition(path, name, uid, hash, runs));

    private static readonly Gen<RunObservation?> Run = Gen.Select(
        OneOf(RunOutcome.Success, RunOutcome.Error, RunOutcome.Timeout), Gen.Int[0, 2], OneOf<string?>(null, "ValueError", "TargetsShrunk"),
        OneOf<int?>(null, -5, 5, int.MaxValue), OneOf("h1", "h2", ""), (outcome, targets, type, until, hash) => new RunObservation(
            outcome, Now.AddMinutes(-1), targets, outcome == RunOutcome.Success ? null : type, type is null ? null : "no", until is null ? null : Now.AddSeconds(until.Value), hash))
        .Null();

    private static readonly Gen<Observed> Worlds = Gen.Select(
        OneOf(Specs), Stored.Array[0, 2].Null(0.1), Run, OneOf<string?>(null, "", "1", new string('9', 5000)), OneOf("my-service", "b"),
        (spec, stored, run, reload, owner) => new Observed
        {
            Object = Annotated(World.Generator(spec), reload),
            Now = Now,
            PathOwner = new EntityKey("monitoring", owner),
            Stored = stored,
            Run = run,
        });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    [Fact]
    public void A_world_that_stays_as_it_is_is_not_written_to() => Worlds.Sample(observed =>
    {
        // What the first plan asked for has been done, and runs go on as they went.
        var first = GeneratorDecision.Decide(observed);
        var after = Done(observed, first) with { Now = Now.AddMinutes(0.01) };
        var second = GeneratorDecision.Decide(after);
        var third = GeneratorDecision.Decide(Done(after, second) with { Now = Now.AddMinutes(0.02) });

        third.Should().BeEquivalentTo(new { Publish = false, Reload = (string?)null, ReloadAnswered = false, StatusChanged = false });
        third.Clear.Should().BeEmpty();
        third.Remove.Should().BeEmpty();
        third.Events.Should().BeEmpty();
        third.Waiting.Should().Be(second.Waiting, "else it would be told again");
    }, iter: 3000);

    [Fact]
    public void Every_status_is_valid_and_bounded() => Worlds.Sample(observed =>
    {
        var status = GeneratorDecision.Decide(observed).Status;

        status.Conditions!.Select(c => c.Type).Should().Equal("Ready", "Published", "Generating");
        status.Conditions!.Should().OnlyContain(c => c.Message.Length <= 1024 && c.Reason.Length > 0 && c.ObservedGeneration == 1);
        status.LastHandledReload?.Length.Should().BeLessThanOrEqualTo(256);
        KubernetesJson.Serialize(KubernetesJson.Deserialize<TargetGeneratorStatus>(KubernetesJson.Serialize(status)))
            .Should().Be(KubernetesJson.Serialize(status));
    }, iter: 2000);

    [Fact]
    public void Nothing_is_removed_while_the_spec_cannot_be_published() => Worlds.Sample(observed =>
    {
        var plan = GeneratorDecision.Decide(observed);
        if (plan.Wanted is null)
            plan.Clear.Concat(plan.Remove).Where(s => s.Name != "monitoring/my-service" || s.Uid != "u0").Should().BeEmpty();
    }, iter: 2000);

    private static Observed Done(Observed observed, GeneratorPlan plan)
    {
        var entity = KubernetesJson.Deserialize<TargetGenerator>(KubernetesJson.Serialize(observed.Object));
        entity.Status = KubernetesJson.Deserialize<TargetGeneratorStatus>(KubernetesJson.Serialize(plan.Status));
        var stored = observed.Stored?.Except(plan.Clear).Except(plan.Remove).ToList();
        if (plan.Publish && plan.Wanted is { Definition: var d })
            stored = [.. stored!.Where(s => s.Path != d.Path), new StoredDefinition(d.Path, d.Name, d.Uid, d.Hash)];
        return observed with { Object = entity, Stored = stored };
    }

    private static TargetGenerator Annotated(TargetGenerator entity, string? reload)
    {
        if (reload is not null)
            entity.Metadata.Annotations = new Dictionary<string, string> { [TargetGenerator.ReloadAnnotation] = reload };
        return entity;
    }
}
