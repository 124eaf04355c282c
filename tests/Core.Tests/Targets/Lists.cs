using System.Text;
using HttpSd.Core.Runs;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Tests.Targets;

internal static class Lists
{
    public static TargetListResult Build(string json, TargetListLimits? limits = null) =>
        TargetListBuilder.Build(Encoding.UTF8.GetBytes(json), limits ?? new TargetListLimits());

    public static string Body(string json, TargetListLimits? limits = null) =>
        Encoding.UTF8.GetString((Build(json, limits).List ?? throw new InvalidOperationException(Refusal(json))).Body.Span);

    public static string Refusal(string json, TargetListLimits? limits = null)
    {
        var result = Build(json, limits);
        result.List.Should().BeNull();
        result.Failure!.Type.Should().Be(FailureTypes.InvalidResult);
        return result.Failure.Message;
    }
}
