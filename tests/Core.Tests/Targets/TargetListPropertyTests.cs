using System.Text;
using System.Text.Json;
using CsCheck;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Tests.Targets;

public sealed class TargetListPropertyTests
{
    private static readonly string[] Tokens =
        ["[", "]", "{", "}", ",", ":", "\"targets\"", "\"labels\"", "\"a\"", "1", "null", "\"\\ud800\"", "\n", "NaN"];

    private static readonly Gen<string> GenTarget = Gen.String[Gen.Char["abé:1/\"\\<"], 1, 4];

    private static readonly Gen<Dictionary<string, string>> GenLabels =
        Gen.Dictionary(Gen.String[Gen.Char["ab_"], 1, 2], Gen.String[Gen.Char["xy \"\n\u2028"], 0, 2])[0, 3];

    private static readonly Gen<TargetGroup[]> GenGroups =
        Gen.Select(GenTarget.List[0, 5], GenLabels, (targets, labels) => new TargetGroup(targets, labels)).Array[0, 8];

    [Fact]
    public void No_bytes_throw() => Gen.Byte.Array[0, 60].Sample(bytes => Answers(bytes));

    [Fact]
    public void No_mutation_of_a_list_throws() =>
        Gen.Select(GenGroups, Gen.Int[0, 10_000], Gen.Byte, Gen.Int[0, 2]).Sample((groups, at, value, how) =>
        {
            var bytes = Encoding.UTF8.GetBytes(Json(groups)).ToList();
            var place = at % bytes.Count;
            if (how == 0)
                bytes[place] = value;
            else if (how == 1)
                bytes.RemoveAt(place);
            else
                bytes.Insert(place, value);
            return Answers([.. bytes]);
        });

    [Fact]
    public void No_sequence_of_tokens_throws() =>
        Gen.Int[0, Tokens.Length - 1].Array[0, 20].Sample(picks =>
            Answers(Encoding.UTF8.GetBytes(string.Concat(picks.Select(pick => Tokens[pick])))));

    [Fact]
    public void Normalising_loses_and_invents_nothing() => GenGroups.Sample(groups =>
        Meaning(groups).SetEquals(Meaning(Parse(Body(groups)))));

    [Fact]
    public void Normalising_twice_changes_nothing() => GenGroups.Sample(groups =>
    {
        var once = Body(groups);
        return Lists.Body(once) == once;
    });

    [Fact]
    public void The_order_in_which_things_were_found_does_not_matter() =>
        Gen.Select(GenGroups, Gen.Int).Sample((groups, seed) =>
        {
            var random = new Random(seed);
            var shuffled = groups.Select(group => new TargetGroup(Shuffled(group.Targets, random), Shuffled(group.Labels, random))).ToArray();
            random.Shuffle(shuffled);
            return Body(shuffled) == Body(groups);
        });

    [Fact]
    public void Without_normalisation_a_list_is_read_back_as_it_was() => GenGroups.Sample(groups =>
    {
        var back = Parse(Lists.Body(Json(groups), new TargetListLimits { Normalize = false }));
        return back.Length == groups.Length && back.Zip(groups).All(pair =>
            pair.First.Targets.SequenceEqual(pair.Second.Targets)
            && pair.First.Labels.Count == pair.Second.Labels.Count
            && pair.First.Labels.All(label => pair.Second.Labels[label.Key] == label.Value));
    });

    private static bool Answers(byte[] bytes)
    {
        var result = TargetListBuilder.Build(bytes, new TargetListLimits());
        return result.List is null ? result.Failure!.Message.Length > 0
            : result.List.Body.Span[0] == '[' && result.List.Body.Span[^1] == ']';
    }

    private static IReadOnlyList<string> Shuffled(IReadOnlyList<string> items, Random random) =>
        [.. items.OrderBy(_ => random.Next())];

    private static Dictionary<string, string> Shuffled(IReadOnlyDictionary<string, string> items, Random random) =>
        items.OrderBy(_ => random.Next()).ToDictionary();

    private static HashSet<string> Meaning(IEnumerable<TargetGroup> groups) =>
        [.. groups.SelectMany(group => group.Targets.Select(target => $"{target}|{string.Join('|', group.Labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"))}"))];

    private static string Body(TargetGroup[] groups) => Lists.Body(Json(groups));

    private static string Json(TargetGroup[] groups) =>
        JsonSerializer.Serialize(groups.Select(group => new { targets = group.Targets, labels = group.Labels }));

    private static TargetGroup[] Parse(string json) =>
        [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(group => new TargetGroup(
            [.. group.GetProperty("targets").EnumerateArray().Select(target => target.GetString()!)],
            group.TryGetProperty("labels", out var labels)
                ? labels.EnumerateObject().ToDictionary(label => label.Name, label => label.Value.GetString()!)
                : []))];
}
