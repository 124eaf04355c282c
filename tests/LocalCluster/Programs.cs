namespace HttpSd.LocalCluster;

/// <summary>Finds what this repository has built and ships.</summary>
internal static class Programs
{
    /// <summary>The top of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A process's assembly, of the same configuration as this one.</summary>
    public static string Assembly(string room) => Path.Combine(Root, "src", room, "bin", Configuration, "net10.0", $"HttpSd.{room}.dll");

    private static string Configuration { get; } = AppContext.BaseDirectory.Contains("/Release/", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HttpSd.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("this is not in a clone of the repository");
        return folder.FullName;
    }
}
