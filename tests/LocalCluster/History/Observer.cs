using System.Diagnostics;
using System.Text.Json;

namespace HttpSd.LocalCluster.History;

/// <summary>Writes what is seen and done from outside into a file beside those of the processes.</summary>
internal sealed class Observer(string folder) : IDisposable
{
    private readonly StreamWriter file = new(Path.Combine(folder, "observer.jsonl"));
    private readonly Lock gate = new();

    /// <summary>The clock of all histories.</summary>
    public static long Now() => (long)(Stopwatch.GetTimestamp() * (Int128)1_000_000_000 / Stopwatch.Frequency);

    public void Write(Answer answer) => Line(new
    {
        get = answer.Path, server = answer.Server, begin = answer.Begin, end = answer.End, status = answer.Status,
        etag = answer.ETag, sha256 = answer.Sha256, stale = answer.IsStale,
    });

    public void Write(Reload reload) =>
        Line(new { reload = reload.Path, server = reload.Server, begin = reload.Begin, end = reload.End, status = reload.Status });

    public void Write(Fault fault) =>
        Line(new { fault = fault.Name, begin = fault.Begin, end = fault.End, redis = fault.IsOfRedis, loses = fault.LosesData });

    public void Write(QueueLook look) => Line(new { tickets = look.Paths, begin = look.Begin });

    /// <summary>An object was changed; for people who read the file.</summary>
    public void WriteEdit(string name, int version) => Line(new { edit = name, version, begin = Now() });

    public void Dispose() => file.Dispose();

    private void Line(object line)
    {
        lock (gate)
            file.WriteLine(JsonSerializer.Serialize(line));
    }
}
