namespace HttpSd.Cli.Serve;

/// <summary>What <c>httpsd serve</c> was asked to do.</summary>
/// <param name="Paths">Files and folders.</param>
/// <param name="Redis">A store of the user's; null: the embedded one.</param>
/// <param name="Urls">Where the SD server listens.</param>
/// <param name="MetricsUrls">Where the worker's health and metrics are.</param>
/// <param name="Workers">Runs at one time.</param>
/// <param name="Settings">Further settings as <c>Section:Name=value</c>.</param>
internal sealed record ServeOptions(
    IReadOnlyList<string> Paths, string? Redis, string Urls, string MetricsUrls, int Workers, IReadOnlyList<string> Settings);
