using HttpSd.Operator.Entities;
using HttpSd.Operator.Reconcile;
using GeneratorWorld = HttpSd.Operator.Tests.Reconcile.World;

namespace HttpSd.Operator.Tests.Store;

public sealed class AnsweredReloadTests
{
    private static readonly Observed Seen = new()
    {
        Object = GeneratorWorld.Generator("""{"script":"x"}"""),
        Now = new DateTimeOffset(2026, 1, 2, 0, 0, 0, TimeSpan.Zero),
        PathOwner = new("monitoring", "my-service"),
        Stored = [],
    };

    [Fact]
    public async Task An_answer_without_clearing_lets_the_value_before_it_count_again()
    {
        await using var rig = await StoreRig.StartAsync();
        await rig.ReplaceAsync(Publication.Decide(Seen).Generator!);
        await ApplyAsync(rig, "x", answered: false);
        (await rig.Reloads.ReadOwnersAsync(StoreRig.Stop)).Should().Equal("u1");

        await ApplyAsync(rig, "x", answered: true);
        (await rig.Reloads.ReadOwnersAsync(StoreRig.Stop)).Should().Equal(["u1"], "the value itself was carried out");

        await ApplyAsync(rig, "y", answered: true);
        (await rig.Reloads.ReadOwnersAsync(StoreRig.Stop)).Should().BeEmpty();
    }

    private static Task ApplyAsync(StoreRig rig, string value, bool answered) => rig.Acts.ApplyToStoreAsync(
        Seen,
        new GeneratorPlan
        {
            Wanted = Publication.Decide(Seen).Generator,
            Reload = answered ? null : "my-service",
            ReloadAnswered = answered,
            Status = new TargetGeneratorStatus { LastHandledReload = value },
        },
        StoreRig.Stop);
}
