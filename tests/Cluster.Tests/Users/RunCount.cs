namespace HttpSd.Cluster.Tests.Users;

/// <summary>Counts the runs of a script, by a file that each run writes a line to.</summary>
internal sealed class RunCount(string name) : IDisposable
{
    private readonly string file = Path.Combine(Path.GetTempPath(), $"{name}.runs");

    /// <summary>How many runs there were.</summary>
    public int Value => File.Exists(file) ? File.ReadAllLines(file).Length : 0;

    /// <summary>Statements of Python that note the run.</summary>
    public string Noting => $"open('{file}', 'a').write('run\\n')";

    /// <summary>A body that notes the run and returns <c>run:N</c> for the Nth.</summary>
    public string Counting =>
        $"""
        {Noting}
        return [dict(targets=['run:%d' % len(open('{file}').readlines())])]
        """;

    public void Dispose() => File.Delete(file);
}
