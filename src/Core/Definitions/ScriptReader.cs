using System.Text;
using HttpSd.Core.Targets;

namespace HttpSd.Core.Definitions;

/// <summary>Reads where the targets come from: exactly one of <c>script</c>, <c>scriptFrom</c> and <c>staticTargets</c>.</summary>
internal static class ScriptReader
{
    private static readonly string[] Sources = ["script", "scriptFrom", "staticTargets"];

    /// <summary>The script and its runtime; null after a problem was noted.</summary>
    public static (GeneratorRuntime Runtime, string Script)? Read(
        FieldReader spec, string manifestNamespace, ScriptLookup lookup, TargetListLimits? limits)
    {
        var runtime = spec.Word(
            "runtime", GeneratorRuntime.Python, ("python", GeneratorRuntime.Python), ("exec", GeneratorRuntime.Exec));
        var given = Sources.Where(source => spec.Value(source) is not null).ToList();
        if (given.Count != 1)
        {
            var message = given.Count == 0
                ? "one of script, scriptFrom and staticTargets is needed"
                : $"{string.Join(" and ", given)} exclude each other, only one of them can be given";
            spec.Problems.Add(new FieldProblem(given.Count == 0 ? "spec" : spec.PlaceOf(given[^1]), message));
            return null;
        }

        if (given[0] == "staticTargets")
            return Static(spec, limits) is { } list ? (GeneratorRuntime.Static, list) : null;
        var (text, place) = given[0] == "script" ? (spec.Text("script"), "") : Referenced(spec, manifestNamespace, lookup);
        return text is not null && IsScript(spec, given[0], place, runtime, text) ? (runtime, text) : null;
    }

    private static bool IsScript(FieldReader spec, string field, string place, GeneratorRuntime runtime, string text)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        var problem = string.IsNullOrWhiteSpace(text) ? "the script is empty"
            : bytes > GeneratorLimits.MaxScriptBytes
                ? $"the script has {bytes} bytes, at most {GeneratorLimits.MaxScriptBytes} are allowed"
            : text.Contains('\0', StringComparison.Ordinal) ? "the script has a NUL character"
            : runtime == GeneratorRuntime.Exec && !text.StartsWith("#!", StringComparison.Ordinal)
                ? "the first line of an exec script names its interpreter, such as #!/bin/bash"
            : null;
        if (problem is not null)
            spec.Report(field, place + problem);
        return problem is null;
    }

    // The text, and where it stands, as the beginning of a message.
    private static (string? Text, string Place) Referenced(FieldReader spec, string manifestNamespace, ScriptLookup lookup)
    {
        if (spec.Object("scriptFrom") is not { } from)
            return default;
        from.RefuseOthers("configMapKeyRef");
        if (from.Object("configMapKeyRef") is not { } reference)
        {
            if (from.Value("configMapKeyRef") is null)
                from.Report("configMapKeyRef", "is needed");
            return default;
        }

        reference.RefuseOthers("name", "key");
        var known = reference.Problems.Count;
        var (name, key) = (reference.Text("name"), reference.Text("key"));
        foreach (var (field, value) in (ReadOnlySpan<(string, string?)>)[("name", name), ("key", key)])
            if (string.IsNullOrEmpty(value) && reference.Problems.Count == known)
                reference.Report(field, "is needed");
        if (string.IsNullOrEmpty(name) || string.IsNullOrEmpty(key))
            return default;

        var found = lookup(manifestNamespace, name, key);
        if (found.Text is null)
            from.Report("configMapKeyRef", found.Problem ?? "the script was not found", found.Reason);
        return (found.Text, $"key '{key}' of ConfigMap '{manifestNamespace}/{name}': ");
    }

    private static string? Static(FieldReader spec, TargetListLimits? limits)
    {
        if (spec.Array("staticTargets") is not { } array)
            return null;

        // Only checked here: whoever publishes the definition builds the stored list, by settings that this reader
        // may not have been given.
        var json = Encoding.UTF8.GetBytes(array.GetRawText());
        var result = TargetListBuilder.Build(
            json, (limits ?? new TargetListLimits { MaxTargets = int.MaxValue }) with { Normalize = false });
        if (result.List is { } list)
            return Encoding.UTF8.GetString(list.Body.Span);
        spec.Problems.Add(new FieldProblem(
            spec.PlaceOf("staticTargets") + result.Problem!.Place, result.Problem.Message));
        return null;
    }
}
