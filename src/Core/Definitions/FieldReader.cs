using System.Globalization;
using System.Text.Json;

namespace HttpSd.Core.Definitions;

/// <summary>
/// Reads the fields of one JSON object and notes what is wrong with them. A field that is missing or null has
/// its default, and so has a wrong one: the caller goes on and finds the next problem.
/// </summary>
internal sealed class FieldReader(JsonElement element, string place, List<FieldProblem> problems)
{
    public List<FieldProblem> Problems => problems;

    public string PlaceOf(string name) => place.Length == 0 ? name : $"{place}.{name}";

    public void Report(string name, string message, string? reason = null) =>
        problems.Add(new FieldProblem(PlaceOf(name), message, reason));

    /// <summary>The field's value; null when it is missing or null.</summary>
    public JsonElement? Value(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
            ? value
            : null;

    public void RefuseOthers(params IReadOnlyList<string> names)
    {
        foreach (var name in element.EnumerateObject().Select(JsonStrings.Name))
            if (!names.Contains(name))
                Report(Excerpt.Of(name), $"is not a field here{NearName.Hint(name, names)}");
    }

    public FieldReader? Object(string name)
    {
        if (Value(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return new FieldReader(value, PlaceOf(name), problems);
        Report(name, $"{JsonStrings.Describe(value)}, an object is expected");
        return null;
    }

    public JsonElement? Array(string name)
    {
        if (Value(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Array)
            return value;
        Report(name, $"{JsonStrings.Describe(value)}, a list is expected");
        return null;
    }

    public string? Text(string name)
    {
        if (Value(name) is not { } value)
            return null;
        if (JsonStrings.TryText(value, out var text, out var problem))
            return text;
        Report(name, problem);
        return null;
    }

    public TimeSpan Duration(string name, TimeSpan otherwise, TimeSpan min, TimeSpan max)
    {
        if (Text(name) is not { } text)
            return otherwise;
        if (!GoDuration.TryParse(text, out var value))
            Report(name, $"'{Excerpt.Of(text)}' is not a duration such as 30s or 1h30m");
        else if (value < min || value > max)
            Report(name, $"{Excerpt.Of(text)} is not within {GoDuration.Format(min)} and {GoDuration.Format(max)}");
        else
            return value;
        return otherwise;
    }

    public int Integer(string name, int otherwise, int min, int max)
    {
        if (Value(name) is not { } value)
            return otherwise;
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number))
            Report(name, $"{JsonStrings.Describe(value)}, a whole number is expected");
        else if (number < min || number > max)
            Report(name, string.Create(CultureInfo.InvariantCulture, $"{number} is not within {min} and {max}"));
        else
            return (int)number;
        return otherwise;
    }

    public bool Flag(string name, bool otherwise)
    {
        if (Value(name) is not { } value)
            return otherwise;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Report(name, $"{JsonStrings.Describe(value)}, true or false is expected");
        return otherwise;
    }

    public T Word<T>(string name, T otherwise, params IReadOnlyList<(string Word, T Value)> words)
    {
        if (Text(name) is not { } text)
            return otherwise;
        foreach (var (word, value) in words)
            if (word == text)
                return value;
        Report(name, $"'{Excerpt.Of(text)}' is not {(words.Count > 1 ? "one of " : "")}{string.Join(", ", words.Select(pair => pair.Word))}");
        return otherwise;
    }
}
