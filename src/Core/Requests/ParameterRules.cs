using HttpSd.Core.Definitions;

namespace HttpSd.Core.Requests;

/// <summary>Turns what a request asks into the key of its entry, by the generator's declared parameters.</summary>
public static class ParameterRules
{
    /// <summary>How many parameters a request may have, and a generator may declare.</summary>
    public const int MaxParameters = 32;

    /// <summary>The key of the request, or the sentence of its refusal.</summary>
    /// <param name="definition">The generator.</param>
    /// <param name="query">The decoded query without <c>debug</c> and <c>reload</c>, each name once.</param>
    public static ParameterResult Resolve(
        GeneratorDefinition definition, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        if (definition.Runtime == GeneratorRuntime.Static)
            return new ParameterResult(new RequestKey(definition.Path, []), null);
        if (query.Count > MaxParameters)
            return ParameterResult.Refuse($"{query.Count} parameters are too many, at most {MaxParameters} are taken");
        if (Refusal(definition, query) is { } refusal)
            return ParameterResult.Refuse(refusal);

        var parameters = WithDefaults(definition.Parameters, query);
        if (definition.Runtime == GeneratorRuntime.Exec
            && ParameterVariable.Collision(query.Select(p => p.Key), parameters.Select(p => p.Key)) is { } collision)
            return ParameterResult.Refuse(collision);
        var key = new RequestKey(definition.Path, parameters);
        return key.FullPath.Length > RequestKey.MaxLength
            ? ParameterResult.Refuse(
                $"path and parameters have {key.FullPath.Length} characters, at most {RequestKey.MaxLength} are taken")
            : new ParameterResult(key, null);
    }

    private static string? Refusal(GeneratorDefinition definition, IReadOnlyList<KeyValuePair<string, string>> query)
    {
        foreach (var (name, value) in query)
        {
            if (name.Length == 0)
                return "a parameter has no name";
            if (ParameterCheck.ControlCharacter(name, value) is { } control)
                return control;
            if (definition.Parameters is not { } declared)
                continue;

            var parameter = declared.FirstOrDefault(candidate => candidate.Name == name);
            if (parameter is null)
                return $"parameter '{Excerpt.Of(name)}' is not known here, {Known(declared)}";
            if (ParameterCheck.Problem(parameter, value) is { } problem)
                return problem;
        }

        return null;
    }

    private static string Known(IReadOnlyList<ParameterDefinition> declared) => declared.Count == 0
        ? "this generator takes none"
        : $"this generator takes {string.Join(", ", declared.Select(parameter => Excerpt.Of(parameter.Name)))}";

    private static List<KeyValuePair<string, string>> WithDefaults(
        IReadOnlyList<ParameterDefinition>? declared, IReadOnlyList<KeyValuePair<string, string>> query) =>
        [
            .. query,
            .. (declared ?? [])
                .Where(parameter => parameter.Default is not null && query.All(given => given.Key != parameter.Name))
                .Select(parameter => new KeyValuePair<string, string>(parameter.Name, parameter.Default!)),
        ];
}
