using System.ComponentModel.DataAnnotations;

namespace HttpSd.ServiceDefaults;

/// <summary>A list of names: an empty one is a comma too many, and would be found nowhere.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesAttribute() : ValidationAttribute("must be names separated by commas, none of them empty")
{
    /// <summary>Whether there may be none at all.</summary>
    public bool MayBeEmpty { get; init; }

    /// <inheritdoc />
    public override bool IsValid(object? value) =>
        value is IReadOnlyCollection<string> names && (MayBeEmpty || names.Count > 0) && !names.Any(string.IsNullOrWhiteSpace);
}
