using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HttpSd.Core.Targets;
using HttpSd.Tests;

namespace HttpSd.Core.Tests.Targets;

/// <summary>Whatever a script prints: a list that Prometheus takes comes of it, or an error that says why not.</summary>
public sealed partial class ListFuzzTests
{
    [Fact]
    public void Whatever_is_printed_it_is_a_valid_list_or_refused_in_words()
    {
        var accepted = 0;
        Parallel.For(0, FuzzCount.Value, seed =>
        {
            var random = new Random(seed);
            var printed = FuzzedOutput.Next(random);
            var limits = new TargetListLimits { MaxTargets = 6, MaxBytes = 4096, Normalize = random.Next(2) == 0, Utf8LabelNames = random.Next(4) == 0 };
            var problem = Try(printed, limits, out var isAccepted);
            if (problem is not null)
                throw new InvalidOperationException($"seed {seed}: {problem}\n{Encoding.UTF8.GetString(printed)}");
            if (isAccepted)
                Interlocked.Increment(ref accepted);
        });

        accepted.Should().BeInRange(FuzzCount.Value / 20, FuzzCount.Value * 19 / 20, "what is always refused, or never, proves nothing");
    }

    private static string? Try(byte[] printed, TargetListLimits limits, out bool isAccepted)
    {
        var result = TargetListBuilder.Build(printed, limits);
        isAccepted = result.List is not null;
        if (result.List is not { } list)
            return result.Failure is { Message.Length: > 0 and <= 4096 } ? null : "refused without a word";
        if (result.Failure is not null)
            return "accepted with a failure";
        if (Problem(list.Body, limits) is { } problem)
            return problem;
        // What is served may come back in: it stays as it is.
        var again = TargetListBuilder.Build(list.Body.Span, limits);
        return again.List is { } second && second.Body.Span.SequenceEqual(list.Body.Span) ? null : "what was accepted is not accepted as it is";
    }

    // By the rules of Prometheus, not by our reader.
    private static string? Problem(ReadOnlyMemory<byte> body, TargetListLimits limits)
    {
        if (body.Length > limits.MaxBytes)
            return "too large";
        using var json = JsonDocument.Parse(body);
        if (json.RootElement.ValueKind != JsonValueKind.Array)
            return "no array";
        var targets = 0;
        foreach (var group in json.RootElement.EnumerateArray())
        {
            foreach (var member in group.EnumerateObject())
            {
                if (member.Name is not ("targets" or "labels"))
                    return "unknown member " + member.Name;
            }
            foreach (var target in group.GetProperty("targets").EnumerateArray())
            {
                if (target.GetString() is not { Length: > 0 } || ++targets > limits.MaxTargets)
                    return "target " + target;
            }
            if (!group.TryGetProperty("labels", out var labels))
                continue;
            var names = labels.EnumerateObject().Select(l => l.Name).ToList();
            if (names.Count != names.Distinct().Count() || labels.EnumerateObject().Any(l => l.Value.ValueKind != JsonValueKind.String))
                return "labels " + labels;
            if (!limits.Utf8LabelNames && names.Any(n => !LegacyName().IsMatch(n)))
                return "names " + labels;
        }
        return null;
    }

    [GeneratedRegex(@"^[a-zA-Z_][a-zA-Z0-9_]*\z")]
    private static partial Regex LegacyName();
}
