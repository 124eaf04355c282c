using System.Reflection;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Entities.Schema;
using HttpSd.Operator.Pools;
using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Tests.Pools;

/// <summary>The reference page leaves nothing out.</summary>
public sealed class PoolPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Files.Root(), "docs/spec/workerpool.md"));

    [Fact]
    public void It_lists_every_condition_reason_and_event() =>
        new[] { typeof(PoolConditionTypes), typeof(PoolReasons), typeof(PoolEventReasons) }
            .SelectMany(t => t.GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetValue(null)!))
            .Concat(Enum.GetNames<ObjectiveReason>())
            .Where(r => !Page.Contains($"`{r}`", StringComparison.Ordinal)).Should().BeEmpty();

    [Fact]
    public void It_lists_every_field_with_its_default()
    {
        Check(typeof(WorkerPoolSpec), "");
        Check(typeof(ScaleTarget), "scaleTargetRef.");
        Check(typeof(PoolObjective), "objective.");
        Check(typeof(PoolScaleDown), "scaleDown.");
        Check(typeof(PoolFallback), "fallback.");
        Check(typeof(PoolNamespaces), "allowedNamespaces.");
    }

    [Fact]
    public void It_lists_every_field_of_the_status() =>
        typeof(WorkerPoolStatus).GetProperties().Select(SchemaBuilder.NameOf).Where(f => !Page.Contains(f, StringComparison.Ordinal)).Should().BeEmpty();

    private static void Check(Type type, string prefix)
    {
        foreach (var property in type.GetProperties())
        {
            var name = prefix + SchemaBuilder.NameOf(property);
            var row = Page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{name}", StringComparison.Ordinal));
            row.Should().NotBeNull($"{name} is a field");
            if (property.GetCustomAttribute<DefaultValueAttribute>() is { } otherwise)
                row!.Split('|')[2].Trim().Trim('`').Should().Be($"{otherwise.Value}");
        }
    }
}
