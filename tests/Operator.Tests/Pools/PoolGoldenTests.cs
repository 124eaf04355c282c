using HttpSd.Operator.Entities.Schema;

namespace HttpSd.Operator.Tests.Pools;

public sealed class PoolGoldenTests
{
    private static readonly string Golden = Path.Combine(Files.Root(), "tests/Operator.Tests/Pools/Golden");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Golden).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Passes_lead_to_the_last_one_s_plan(string name)
    {
        var folder = Path.Combine(Golden, name);
        var entity = PoolWorld.Object(File.ReadAllText(Path.Combine(folder, "object.yaml")));

        var plan = PoolWorld.Run(entity, File.ReadAllText(Path.Combine(folder, "observed.yaml")));

        Files.Compare(Path.Combine(folder, "plan.yaml"), YamlText.Write(PoolWorld.Json(plan)));
    }
}
