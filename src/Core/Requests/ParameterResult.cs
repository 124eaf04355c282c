namespace HttpSd.Core.Requests;

/// <summary>What a request's parameters come to: a key, or why they are refused.</summary>
/// <param name="Key">The request's key; null when refused.</param>
/// <param name="Refusal">A sentence that names the parameter or the limit; null when accepted.</param>
public readonly record struct ParameterResult(RequestKey? Key, string? Refusal)
{
    internal static ParameterResult Refuse(string sentence) => new(null, sentence);
}
