namespace HttpSd.Cluster.Tests.Users;

/// <summary>Counts the runs of a script, by a file that each run writes a line to.</summary>
internal sealed class RunCount(string name) : IDisposable
{
    /// <summary>The file.</summary>
    public string File { get; } = Path.Combine(Path.GetTempPath(), $"{name}.runs");

    /// <summary>How many runs there were.</summary>
    public int Value => System.IO.File.Exists(File) ? System.IO.File.ReadAllLines(File).Length : 0;

    /// <summary>Statements of Python that note the run.</summary>
    public string Noting => $"open('{File}', 'a').write('run\\n')";

    /// <summary>A body that notes the run and returns <c>run:N</c> for the Nth.</summary>
    public string Counting =>
        $"""
        {Noting}
        return [dict(targets=['run:%d' % len(open('{File}').readlines())])]
        """;

    public void Dispose() => System.IO.File.Delete(File);
}
