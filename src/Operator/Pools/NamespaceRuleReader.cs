using System.Text.Json;
using System.Text.RegularExpressions;
using HttpSd.Core;
using HttpSd.Core.Definitions;

namespace HttpSd.Operator.Pools;

/// <summary>Reads <c>spec.allowedNamespaces</c>, also of a spec that is wrong elsewhere.</summary>
internal static partial class NamespaceRuleReader
{
    private const int LongestKey = 317;
    private const int LongestValue = 63;

    private static readonly NamespaceRule Nobody = new([], null) { Wrong = true };

    /// <summary>Null: everybody may. What can't be read admits nobody.</summary>
    public static NamespaceRule? Of(JsonElement spec)
    {
        if (spec.ValueKind != JsonValueKind.Object)
            return null;
        var problems = new List<FieldProblem>();
        var rule = Read(new FieldReader(spec, "spec", problems));
        return problems.Count > 0 ? Nobody : rule;
    }

    /// <summary>The same, with what is wrong among the reader's problems.</summary>
    public static NamespaceRule? Read(FieldReader spec)
    {
        if (spec.Object("allowedNamespaces") is not { } allowed)
            return null;
        allowed.RefuseOthers("names", "selector");
        var (names, selector) = (Strings(allowed, "names", 63), ReadSelector(allowed));
        if (names is null && selector is null && allowed.Value("names") is null && allowed.Value("selector") is null)
            spec.Report("allowedNamespaces", "names, a selector, or both are needed");
        foreach (var (i, name) in (names ?? []).Index().Where(n => !WorkerPoolReader.IsPoolName(n.Item)))
            allowed.Report($"names[{i}]", $"'{Excerpt.Of(name)}' is not the name of a namespace");
        return new NamespaceRule(names ?? [], selector);
    }

    private static List<LabelCondition>? ReadSelector(FieldReader allowed)
    {
        if (allowed.Object("selector") is not { } selector)
            return null;
        selector.RefuseOthers("matchLabels", "matchExpressions");
        var conditions = new List<LabelCondition>();
        if (selector.Object("matchLabels") is { } labels && selector.Value("matchLabels") is { } map)
        {
            foreach (var label in map.EnumerateObject().Select(JsonStrings.Name))
            {
                var value = labels.Text(label) ?? "";
                CheckKey(labels, label, label);
                CheckValue(labels, label, value);
                conditions.Add(new LabelCondition(label, true, [value]));
            }
        }
        foreach (var (i, element) in (selector.Array("matchExpressions") is { } list ? list.EnumerateArray().ToArray() : []).Index())
        {
            var place = $"matchExpressions[{i}]";
            if (element.ValueKind == JsonValueKind.Object)
                conditions.Add(ReadExpression(new FieldReader(element, selector.PlaceOf(place), selector.Problems)));
            else
                selector.Report(place, $"{JsonStrings.Describe(element)}, an object is expected");
        }
        if (conditions.Count > 2 * WorkerPoolReader.MostRequirements)
            allowed.Report("selector", $"{conditions.Count} requirements are too many");
        return conditions;
    }

    private static LabelCondition ReadExpression(FieldReader expression)
    {
        expression.RefuseOthers("key", "operator", "values");
        foreach (var needed in (ReadOnlySpan<string>)["key", "operator"])
        {
            if (expression.Value(needed) is null)
                expression.Report(needed, "is needed");
        }
        var (wanted, listed) = expression.Word(
            "operator", (true, false), ("In", (true, true)), ("NotIn", (false, true)), ("Exists", (true, false)), ("DoesNotExist", (false, false)));
        var values = Strings(expression, "values", 63) ?? [];
        if (expression.Value("operator") is not null && listed != values.Count > 0)
            expression.Report("values", listed ? "In and NotIn need some" : "Exists and DoesNotExist have none");
        if (expression.Text("key") is { } key)
            CheckKey(expression, "key", key);
        foreach (var (i, value) in values.Index())
            CheckValue(expression, $"values[{i}]", value);
        return new LabelCondition(expression.Text("key") ?? "", wanted, listed ? values : null);
    }

    private static void CheckKey(FieldReader fields, string place, string key)
    {
        if (key.Length > LongestKey || !LabelKey().IsMatch(key))
            fields.Report(place, $"'{Excerpt.Of(key)}' is not the key of a label");
    }

    private static void CheckValue(FieldReader fields, string place, string value)
    {
        if (value.Length > LongestValue || (value.Length > 0 && !LabelValue().IsMatch(value)))
            fields.Report(place, $"'{Excerpt.Of(value)}' is not the value of a label");
    }

    [GeneratedRegex(@"\A([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex LabelKey();

    [GeneratedRegex(@"\A[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?\z")]
    private static partial Regex LabelValue();

    private static List<string>? Strings(FieldReader fields, string name, int longest)
    {
        if (fields.Array(name) is not { } array)
            return null;
        if (array.GetArrayLength() > WorkerPoolReader.MostNamespaces)
        {
            fields.Report(name, $"has {array.GetArrayLength()} entries, at most {WorkerPoolReader.MostNamespaces} are allowed");
            return [];
        }
        var strings = new List<string>();
        foreach (var (i, element) in array.EnumerateArray().Index())
        {
            if (!JsonStrings.TryText(element, out var text, out var problem))
                fields.Report($"{name}[{i}]", problem);
            else if (text.Length > longest)
                fields.Report($"{name}[{i}]", $"has {text.Length} characters, at most {longest} are allowed");
            else
                strings.Add(text);
        }
        return strings;
    }
}
