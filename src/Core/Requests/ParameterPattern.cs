using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using HttpSd.Core.Definitions;

namespace HttpSd.Core.Requests;

/// <summary>A parameter's regular expression, compiled once per definition.</summary>
internal sealed class ParameterPattern
{
    // Only for patterns that need backtracking; the others take time linear in the value.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromMilliseconds(100);

    // Weak, so that a cached expression goes with its definition and the cache needs no bound of its own.
    private static readonly ConditionalWeakTable<ParameterDefinition, ParameterPattern> Cache = [];

    private readonly Regex? regex;

    private ParameterPattern(string pattern)
    {
        try
        {
            // Alone first: "a)|(b" is valid only inside the group added below.
            _ = new Regex(pattern, RegexOptions.CultureInvariant, MatchTimeout);
            regex = Compile($@"\A(?:{pattern})\z");
        }
        catch (ArgumentException e)
        {
            Problem = e.Message;
        }
    }

    /// <summary>Why the pattern does not compile; null when it does.</summary>
    public string? Problem { get; }

    public static ParameterPattern Of(ParameterDefinition parameter) =>
        Cache.GetValue(parameter, static key => new ParameterPattern(key.Pattern ?? ""));

    /// <summary>Whether the whole value matches; null when the pattern is broken or takes too long.</summary>
    public bool? Matches(string value)
    {
        try
        {
            return regex?.IsMatch(value);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex Compile(string whole)
    {
        try
        {
            return new Regex(whole, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, MatchTimeout);
        }
        catch (NotSupportedException)
        {
            return new Regex(whole, RegexOptions.CultureInvariant, MatchTimeout);
        }
    }
}
