using HttpSd.Operator.Entities.Schema;
using HttpSd.Operator.Reconcile;

namespace HttpSd.Operator.Tests.Reconcile;

public sealed class GoldenTests
{
    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Files.Golden).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_observation_leads_to_its_plan(string name)
    {
        var folder = Path.Combine(Files.Golden, name);
        var entity = World.Object(File.ReadAllText(Path.Combine(folder, "object.yaml")));
        var observed = World.Of(entity, File.ReadAllText(Path.Combine(folder, "observed.yaml")));

        var plan = GeneratorDecision.Decide(observed);

        Files.Compare(Path.Combine(folder, "plan.yaml"), YamlText.Write(World.Json(plan)));
    }
}
