namespace HttpSd.Kube;

/// <summary>Where the servers are: <c>KUBEBUILDER_ASSETS</c>, else what <c>eng/kube</c> built, else the PATH.</summary>
internal static class Binaries
{
    public static string Find(string name) =>
        Folders().Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"There is no {name}: run eng/kube, or set KUBEBUILDER_ASSETS to a folder that has it.");

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } assets)
            yield return assets;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        yield return Path.Combine(cache, "httpsd", "kube-1.20.2");
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }
}
