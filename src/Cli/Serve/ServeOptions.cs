namespace HttpSd.Cli.Serve;

/// <summary>What <c>httpsd serve</c> was asked to do.</summary>
/// <param name="Paths">Files and folders.</param>
/// <param name="Settings">What was chosen, as <c>Section:Name=value</c>; <see cref="ServeDefaults"/> stand behind it.</param>
internal sealed record ServeOptions(IReadOnlyList<string> Paths, IReadOnlyList<string> Settings);
