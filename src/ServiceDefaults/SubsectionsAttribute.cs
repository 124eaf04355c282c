namespace HttpSd.ServiceDefaults;

/// <summary>Names in a section that are sections of their own, bound and checked elsewhere.</summary>
/// <param name="names">Their names.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubsectionsAttribute(params string[] names) : Attribute
{
    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
