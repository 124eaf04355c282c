using System.Reflection;
using HttpSd.Core.Runs;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Entities.Schema;
using HttpSd.Operator.Reconcile;

namespace HttpSd.Operator.Tests.Reconcile;

/// <summary>The reference page leaves nothing out.</summary>
public sealed class SpecPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Files.Root(), "docs/spec/targetgenerator.md"));

    [Fact]
    public void It_lists_every_reason()
    {
        var reasons = typeof(Reasons).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetValue(null)!);
        var failures = typeof(FailureTypes).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetValue(null)!).Where(Reasons.IsOwnFailure);

        reasons.Concat(failures).Where(r => !Page.Contains($"`{r}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void It_lists_every_field_with_its_default()
    {
        foreach (var property in typeof(TargetGeneratorSpec).GetProperties())
        {
            var row = Page.Split('\n').FirstOrDefault(line => line.StartsWith($"| `{SchemaBuilder.NameOf(property)}", StringComparison.Ordinal));
            row.Should().NotBeNull($"{property.Name} is a field");
            if (property.GetCustomAttribute<DefaultValueAttribute>() is { } otherwise)
                row!.Split('|')[2].Trim().Trim('`').Should().Be($"{otherwise.Value}".ToLowerInvariant());
        }
    }
}
