namespace HttpSd.Core.Definitions;

/// <summary>What is wrong with one field of a manifest.</summary>
/// <param name="Field">The field's place, such as <c>spec.timeout</c> or <c>spec.parameters[1].name</c>.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
/// <param name="Reason">One of <see cref="LookupReasons"/> when a referenced script was not found; else null.</param>
public sealed record FieldProblem(string Field, string Message, string? Reason = null)
{
    /// <summary>Place and message in one line.</summary>
    public override string ToString() => $"{Field}: {Message}";
}

/// <summary>What came of reading a manifest: a generator, or everything that is wrong with it.</summary>
/// <param name="Namespace">The manifest's namespace, <c>default</c> when it names none.</param>
/// <param name="Name">The manifest's name; empty when there is none.</param>
/// <param name="Generator">The sealed generator; null when there are problems.</param>
/// <param name="Problems">All problems, not only the first; empty when there is a generator.</param>
public sealed record ManifestResult(
    string Namespace,
    string Name,
    GeneratorScript? Generator,
    IReadOnlyList<FieldProblem> Problems);
