using HttpSd.Core;

namespace HttpSd.Operator.Entities.Schema;

// The names that KubeOps has for the same things, so that moving there is a change of usings.

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property)]
internal sealed class DescriptionAttribute(string description) : Attribute
{
    public string Description => description;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class RequiredAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property)]
internal sealed class DefaultValueAttribute(object value) : Attribute
{
    public object Value => value;
}

/// <summary>An object that is filled in, so that the defaults within it are, too.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EmptyByDefaultAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property)]
internal sealed class PatternAttribute(string pattern) : Attribute
{
    public string Pattern => pattern;
}

/// <summary>Characters of a string.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class LengthAttribute(int min, int max) : Attribute
{
    public int Min => min;

    public int Max => max;
}

/// <summary>Elements of a list.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ItemsAttribute(int min, int max) : Attribute
{
    public int Min => min;

    public int Max => max;
}

/// <summary>Keys of a map.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class PropertyLimitsAttribute(int min, int max) : Attribute
{
    public int Min => min;

    public int Max => max;
}

/// <summary>What each string in a list or map must be.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class EachAttribute(int min, int max, string? pattern = null) : Attribute
{
    public int Min => min;

    public int Max => max;

    public string? Pattern => pattern;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeMinimumAttribute(long minimum) : Attribute
{
    public long Minimum => minimum;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class RangeMaximumAttribute(long maximum) : Attribute
{
    public long Maximum => maximum;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class EnumValuesAttribute(params string[] values) : Attribute
{
    public IReadOnlyList<string> Values => values;
}

[AttributeUsage(AttributeTargets.Property)]
internal sealed class FormatAttribute(string format) : Attribute
{
    public string Format => format;
}

/// <summary>A list whose elements are told apart by one field; without it a list is replaced as a whole.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class XListMapKeyAttribute(string key) : Attribute
{
    public string Key => key;
}

/// <summary>A rule in CEL. Servers before 1.25 drop it, so the readers in code have each rule, too.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
internal class ValidationRuleAttribute(string rule, string message) : Attribute
{
    public string Rule => rule;

    public string Message => message;
}

/// <summary>A duration as Go writes it, within bounds.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DurationAttribute(string min, string max) : ValidationRuleAttribute(
    $"duration(self) >= duration('{min}') && duration(self) <= duration('{max}')", $"must be within {min} and {max}")
{
    /// <summary>What <see cref="GoDuration"/> reads, but for units that no field's bounds have room for.</summary>
    public const string Pattern = @"^(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|ms|s|m|h))+)$";

    public const int MaxLength = 32;

    public string Min => min;

    public string Max => max;
}

/// <summary>A column of <c>kubectl get</c>; with a priority above 0 only of <c>-o wide</c>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    public string JsonPath => jsonPath;

    public string Name => name;

    public string Type => type;

    public int Priority { get; init; }

    public string? Description { get; init; }
}
