namespace HttpSd.Redis.Definitions;

/// <summary>What a publication did, for the log.</summary>
/// <param name="Published">New or changed paths.</param>
/// <param name="Removed">Paths that are gone.</param>
public sealed record PublicationReport(IReadOnlyList<string> Published, IReadOnlyList<string> Removed)
{
    /// <summary>Paths that nobody wants and that were left alone, because this build can't read what is there.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Static lists that can't be stored, with why; what was published before them at their paths stays.</summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = new Dictionary<string, string>();
}
