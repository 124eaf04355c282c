using System.Text.Json;
using HttpSd.Core.Requests;

namespace HttpSd.Core.Definitions;

/// <summary>Reads <c>spec.parameters</c>.</summary>
internal static class ParameterReader
{
    public static IReadOnlyList<ParameterDefinition>? Read(FieldReader spec)
    {
        if (spec.Array("parameters") is not { } array)
            return null;
        if (array.GetArrayLength() is var count && count > GeneratorLimits.MaxParameters)
        {
            spec.Report("parameters", $"{count} are too many, at most {GeneratorLimits.MaxParameters} can be declared");
            return null;
        }

        var parameters = new List<ParameterDefinition>();
        foreach (var (i, element) in array.EnumerateArray().Index())
        {
            var place = $"parameters[{i}]";
            if (element.ValueKind != JsonValueKind.Object)
                spec.Report(place, $"{JsonStrings.Describe(element)}, an object is expected");
            else if (ReadOne(new FieldReader(element, spec.PlaceOf(place), spec.Problems), parameters) is { } parameter)
                parameters.Add(parameter);
        }

        return parameters;
    }

    private static ParameterDefinition? ReadOne(FieldReader fields, List<ParameterDefinition> before)
    {
        fields.RefuseOthers("name", "default", "enum", "pattern");
        var known = fields.Problems.Count;
        var parameter = new ParameterDefinition(
            Bounded(fields, "name", GeneratorLimits.MaxParameterName) ?? "",
            Bounded(fields, "default", GeneratorLimits.MaxParameterText),
            ReadEnum(fields),
            Bounded(fields, "pattern", GeneratorLimits.MaxParameterText));
        if (fields.Problems.Count > known)
            return null;

        if (parameter.Name.Length == 0)
            fields.Report("name", "a parameter has a name");
        else if (parameter.Name is "debug" or "reload")
            fields.Report("name", $"'{parameter.Name}' is the server's own and never reaches a script");
        else if (before.Any(other => other.Name == parameter.Name))
            fields.Report("name", $"'{parameter.Name}' is declared twice");
        else if (parameter.Pattern is not null && ParameterPattern.Of(parameter).Problem is { } broken)
            fields.Report("pattern", broken);
        else if (ParameterCheck.ControlCharacter(parameter.Name, "") is { } unnameable)
            fields.Report("name", unnameable);
        else if (parameter.Default is { } text && ParameterCheck.ControlCharacter(parameter.Name, text) is { } unspeakable)
            fields.Report("default", unspeakable);
        else if (parameter.Default is { } value && ParameterCheck.Problem(parameter, value) is { } refused)
            fields.Report("default", refused);
        else
            return parameter;
        return null;
    }

    private static string? Bounded(FieldReader fields, string name, int max)
    {
        var text = fields.Text(name);
        if (text is null || text.Length <= max)
            return text;
        fields.Report(name, $"has {text.Length} characters, at most {max} are allowed");
        return null;
    }

    private static List<string>? ReadEnum(FieldReader fields)
    {
        if (fields.Array("enum") is not { } array)
            return null;
        if (array.GetArrayLength() > GeneratorLimits.MaxEnumValues)
        {
            fields.Report("enum", $"has {array.GetArrayLength()} values, at most {GeneratorLimits.MaxEnumValues} are allowed");
            return null;
        }

        var values = new List<string>();
        foreach (var (i, element) in array.EnumerateArray().Index())
        {
            if (!JsonStrings.TryText(element, out var value, out var problem))
                fields.Report($"enum[{i}]", problem);
            else if (value.Length > GeneratorLimits.MaxParameterText)
                fields.Report($"enum[{i}]", $"has {value.Length} characters, at most {GeneratorLimits.MaxParameterText} are allowed");
            else
                values.Add(value);
        }

        return values;
    }
}
