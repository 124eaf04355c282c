using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Tests.Reconcile;

public sealed class OrphanPlanTests
{
    [Theory]
    [InlineData("ns/alive", "u1", "p", false)]
    [InlineData("ns/alive", "", "p", false)]
    [InlineData("ns/alive", "u0", "p", true)]
    [InlineData("ns/alive", "u1", "old", true)]
    [InlineData("ns/invalid", "u2", "other", false)]
    [InlineData("ns/invalid", "u2", "p", true)]
    [InlineData("ns/invalid", "u1", "p", true)]
    [InlineData("ns/gone", "u3", "p", true)]
    [InlineData("ns/gone", "", "p", true)]
    [InlineData("scripts/of/a/folder.py", "", "p", true)]
    public void A_definition_stays_as_long_as_somebody_stands_for_it(string name, string uid, string path, bool orphan)
    {
        var stored = new StoredDefinition(path, name, uid, "h");
        var objects = new Dictionary<EntityKey, LiveGenerator>
        {
            [new("ns", "alive")] = new("u1", "p"),
            [new("ns", "invalid")] = new("u2", null),
        };

        OrphanPlan.Decide([stored], objects).Should().HaveCount(orphan ? 1 : 0);
    }
}
