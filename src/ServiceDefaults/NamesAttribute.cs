using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace HttpSd.ServiceDefaults;

/// <summary>A list of names: an empty one is a comma too many, and would be found nowhere, or stand for all.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed partial class NamesAttribute : ValidationAttribute
{
    /// <summary>They are names of Kubernetes namespaces.</summary>
    public bool AreNamespaces { get; init; }

    /// <summary>Whether there may be none at all.</summary>
    public bool MayBeEmpty { get; init; }

    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyCollection<string> names && (MayBeEmpty || names.Count > 0) && names.All(IsName);

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => AreNamespaces
        ? "must be names of namespaces separated by commas: lower-case letters, digits and '-', at most 63 each, none empty"
        : "must be names separated by commas, none of them empty";

    private bool IsName(string name) => AreNamespaces ? Namespace.IsMatch(name) : !string.IsNullOrWhiteSpace(name);

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\z")]
    private static partial Regex Namespace { get; }
}
