using System.ComponentModel.DataAnnotations;

namespace HttpSd.ServiceDefaults;

/// <summary>Absolute paths of files or folders, maybe none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PathsAttribute : ValidationAttribute
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is IReadOnlyCollection<string> paths && paths.All(path => path is ['/', ..]);

    /// <inheritdoc />
    public override string FormatErrorMessage(string name) => "must be absolute paths separated by commas, none of them empty";
}
