using System.Text;
using System.Text.Json;

namespace HttpSd.Core.Targets;

/// <summary>
/// Reads a list in one pass and stops at the first element that is not allowed. Text that is not JSON
/// surfaces as <see cref="JsonException"/>, everything else as <see cref="Problem"/>.
/// </summary>
internal ref struct TargetListReader(
    ReadOnlySpan<byte> json, bool utf8Names, int maxTargets, ListWarnings warnings)
{
    private Utf8JsonReader reader = new(json);

    public List<ReadGroup> Groups { get; } = [];

    /// <summary>Targets read; past the limit they are counted but no longer kept.</summary>
    public int TargetCount { get; private set; }

    public ListProblem? Problem { get; private set; }

    public bool TryRead()
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fail("", $"the result {Described()}, an array of target groups is expected");

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (!TryReadGroup(Groups.Count))
                return false;

        // Trailing garbage is an exception of the reader's.
        reader.Read();
        return true;
    }

    private bool TryReadGroup(int index)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fail($"[{index}]", $"{Described()}, groups are objects");

        List<string>? targets = null;
        LabelSet? labels = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!TryText($"[{index}]", out var key))
                return false;
            reader.Read();
            switch (key)
            {
                case "targets" when targets is null:
                    targets = [];
                    if (!TryReadTargets(index, targets))
                        return false;
                    break;
                case "labels" when labels is null:
                    if (!TryReadLabels(index, out labels))
                        return false;
                    break;
                case "targets" or "labels":
                    return Fail($"[{index}]", $"the key {key} is there twice");
                default:
                    return Fail($"[{index}]", $"the key '{Excerpt.Of(key)}' is not known, a group has targets and labels");
            }
        }

        if (targets is null)
            return Fail($"[{index}]", "the group has no targets key");
        Groups.Add(new ReadGroup(labels ?? LabelSet.Empty, targets) { Index = index });
        return true;
    }

    private bool TryReadTargets(int index, List<string> targets)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            return Fail($"[{index}].targets", $"{Described()}, targets are an array of strings");

        for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
        {
            if (reader.TokenType != JsonTokenType.String)
                return Fail($"[{index}].targets[{i}]", $"{Described()}, targets are strings");
            if (!TryTarget(index, i, out var target))
                return false;
            if (++TargetCount <= maxTargets)
                targets.Add(target);
        }

        return true;
    }

    private bool TryTarget(int index, int i, out string target)
    {
        // The place is text only when it is needed: there may be a hundred thousand of them.
        if (!TryText(null, out target))
            return Fail($"[{index}].targets[{i}]", Problem!.Message);
        if (TargetRules.TargetProblem(target) is { } problem)
            return Fail($"[{index}].targets[{i}]", problem);
        if (!TargetRules.HasScheme(target))
            return true;
        if (warnings.HasRoom)
            warnings.Add($"[{index}].targets[{i}]: {Excerpt.Of(target)} has a scheme; Prometheus takes it only with relabelling");
        else
            warnings.Skip();
        return true;
    }

    private bool TryReadLabels(int index, out LabelSet? labels)
    {
        labels = null;
        if (reader.TokenType != JsonTokenType.StartObject)
            return Fail($"[{index}].labels", $"{Described()}, labels are an object");

        var read = new List<KeyValuePair<string, string>>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            if (!TryText($"[{index}].labels", out var name))
                return false;
            if (TargetRules.LabelNameProblem(name, utf8Names) is { } nameProblem)
                return Fail($"[{index}].labels", nameProblem);
            reader.Read();
            if (reader.TokenType != JsonTokenType.String)
                return Fail(LabelPlace(index, name), $"{Described()}, label values are strings");
            if (!TryText(null, out var value))
                return Fail(LabelPlace(index, name), Problem!.Message);
            if (TargetRules.LabelValueProblem(value) is { } valueProblem)
                return Fail(LabelPlace(index, name), valueProblem);
            read.Add(new(name, value));
        }

        read.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
        for (var i = 1; i < read.Count; i++)
            if (read[i].Key == read[i - 1].Key)
                return Fail(LabelPlace(index, read[i].Key), "the label is there twice");
        labels = read.Count == 0 ? LabelSet.Empty : new LabelSet([.. read]);
        return true;
    }

    private bool TryText(string? place, out string text)
    {
        try
        {
            text = reader.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The bytes are valid UTF-8, so it is an escape.
            text = "";
            return Fail(place ?? "", "half of a surrogate pair is not valid Unicode");
        }
    }

    private static string LabelPlace(int index, string name) =>
        TargetRules.IsLegacyName(name) && name.Length <= Excerpt.MaxLength
            ? $"[{index}].labels.{name}"
            : $"[{index}].labels['{Excerpt.Of(name)}']";

    private readonly string Described() => reader.TokenType switch
    {
        JsonTokenType.Number => $"{Excerpt.Of(Encoding.UTF8.GetString(reader.ValueSpan))} is a number",
        JsonTokenType.True => "true is a boolean",
        JsonTokenType.False => "false is a boolean",
        JsonTokenType.Null => "is null",
        JsonTokenType.String => "is a string",
        JsonTokenType.StartArray => "is an array",
        _ => "is an object",
    };

    private bool Fail(string place, string message)
    {
        Problem = new ListProblem(place, message);
        return false;
    }
}
