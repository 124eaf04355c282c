using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using HttpSd.Core.Runs;

namespace HttpSd.Core.Targets;

/// <summary>Makes what a script returned into what is stored and served: parsed, checked, normalised and written once.</summary>
public static class TargetListBuilder
{
    /// <summary>The list, or the failure that names the element and what is wrong with it. Never throws.</summary>
    /// <param name="json">What the script wrote.</param>
    /// <param name="limits">Sizes and switches.</param>
    public static TargetListResult Build(ReadOnlySpan<byte> json, TargetListLimits limits)
    {
        if (json.Length > limits.MaxBytes)
            return TooManyBytes(json.Length, limits);
        if (JsonText.Problem(json) is { } problem)
            return Invalid(problem);

        var warnings = new ListWarnings();
        var reader = new TargetListReader(json, limits.Utf8LabelNames, limits.MaxTargets, warnings);
        try
        {
            if (!reader.TryRead())
                return Invalid(reader.Problem!);
        }
        catch (JsonException e)
        {
            return Invalid(JsonText.Explain(json, e));
        }

        if (reader.TargetCount > limits.MaxTargets)
            return TooLarge($"the list has {Number(reader.TargetCount)} targets, Worker:MaxTargets allows {Number(limits.MaxTargets)}");

        var groups = limits.Normalize ? TargetMerge.Normalize(reader.Groups, warnings) : reader.Groups;
        var body = TargetListWriter.Write(groups);
        return body.Length > limits.MaxBytes
            ? TooManyBytes(body.Length, limits)
            : new TargetListResult(
                new TargetList(body, Tag(body), groups.Count, groups.Sum(group => group.Targets.Count), warnings.ToList()),
                null);
    }

    private static string Tag(byte[] body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 16))}\"";

    private static TargetListResult Invalid(ListProblem problem) =>
        new(null, new RunFailure(FailureTypes.InvalidResult, problem.ToString(), "")) { Problem = problem };

    private static TargetListResult TooManyBytes(int bytes, TargetListLimits limits) =>
        TooLarge($"the list has {Number(bytes)} bytes, Worker:MaxResultBytes allows {Number(limits.MaxBytes)}");

    private static TargetListResult TooLarge(string message) =>
        new(null, new RunFailure(FailureTypes.ResultTooLarge, message, "")) { Problem = new ListProblem("", message) };

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
