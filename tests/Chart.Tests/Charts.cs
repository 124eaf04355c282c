namespace HttpSd.Chart.Tests;

/// <summary>Copies of the chart that a test may change.</summary>
internal static class Charts
{
    public static void Copy(string to)
    {
        foreach (var file in Directory.GetFiles(Helm.Chart, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(to, Path.GetRelativePath(Helm.Chart, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
