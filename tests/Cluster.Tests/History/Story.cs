using System.Text.Json;
using System.Text.Json.Nodes;
using HttpSd.LocalCluster.History;

namespace HttpSd.Cluster.Tests.History;

/// <summary>A history written by hand, as the lines that processes would have written. Times in milliseconds; a lease is 5 s, its grace 5 s.</summary>
internal sealed class Story
{
    public const string Path = "/targets/a";

    private const string Outside = "observer.jsonl";

    private static readonly PromiseBounds Bounds = PromiseBounds.Of(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(40));

    private readonly Dictionary<string, List<string>> files = new() { [Outside] = [] };
    private int calls;

    /// <summary>A call of which no answer is known.</summary>
    public int Begin(string process, string script, long at, object arguments)
    {
        var line = JsonSerializer.SerializeToNode(arguments)!.AsObject();
        (line["call"], line["script"], line["begin"]) = (++calls, script, at * 1_000_000);
        line["key"] ??= "{target_generation_queue}";
        Add(process, line);
        return calls;
    }

    public Story Call(string process, string script, long at, object arguments, object reply)
    {
        var number = Begin(process, script, at, arguments);
        Add(process, new JsonObject { ["call"] = number, ["end"] = (at + 1) * 1_000_000, ["reply"] = JsonSerializer.SerializeToNode(reply) });
        return this;
    }

    /// <summary>A look at a list that failed a second later.</summary>
    public Story FailedRead(string process, long at) => Failed(process, "read", at, new { });

    /// <summary>A call that failed a second later.</summary>
    public Story Failed(string process, string script, long at, object arguments)
    {
        var number = Begin(process, script, at, arguments);
        return Line(process, $$"""{"call":{{number}},"end":{{(at + 1_000) * 1_000_000}},"error":"RedisTimeoutException"}""");
    }

    public Story Enqueue(long at, int code = 1, string path = Path, bool reload = false, int pending = 1, long? seen = null, long floor = 0) =>
        Call("server", "enqueue", at,
            seen is null ? new { path, reload = reload ? "1" : "0", most = "10" } : new { path, reload = "0", most = "10", seen = $"{seen}" },
            new { code = $"{code}", floor = $"{floor}", pending = $"{pending}" });

    public Story Claim(string worker, long at, long token, string path = Path, long lost = 0) =>
        Call(worker, "claim", at, new { worker, lease = "5000000" }, new { path, token = $"{token}", lost = $"{lost}" });

    public Story Beat(string worker, long at, long token, bool held = true) =>
        Call(worker, "beat", at, new { lease = "5000000", runs = new[] { Path, $"{token}", "1000" } }, new { states = new[] { held ? "1" : "0" } });

    public Story Finish(string worker, long at, long token, int code = 1) =>
        Call(worker, "finish", at, new { path = Path, token = $"{token}", how = "done" }, new { code = $"{code}" });

    /// <summary>A list of which tag and digest are the same word.</summary>
    public Story Commit(string worker, long at, long token, string list, int code = 1) =>
        Call(worker, "commit", at, new { path = Path, token = $"{token}", etag = list, bodySha256 = list, fresh = "2000", stale = "3000" }, new { code = $"{code}" });

    public Story Fail(string worker, long at, long token) =>
        Call(worker, "fail", at, new { path = Path, token = $"{token}" }, new { code = "1" });

    public Story Clear(string process, long at, long floor) =>
        Call(process, "clear", at, new { path = Path, floor = $"{floor}" }, new { result = "1", error = "0" });

    public Story Raise(string worker, long at, long floor) =>
        Call(worker, "raise", at, new { key = $"httpsd:t:{{{Path}}}:m", floor = $"{floor}", lost = $"{floor}" }, new { code = "1" });

    /// <summary>A reload that begins now and is confirmed 10 ms later.</summary>
    public Story Reloaded(long at, string server = "s1") =>
        See(new { reload = Path, server, begin = at * 1_000_000, end = (at + 10) * 1_000_000, status = 200 });

    public Story Serve(long at, string list, string? bytes = null, string server = "s1", bool stale = false) =>
        See(new { get = Path, server, begin = at * 1_000_000, end = (at + 1) * 1_000_000, status = 200, etag = list, sha256 = bytes ?? list, stale });

    public Story Fault(string name, long from, long to, bool ofRedis = false, bool loses = false) =>
        See(new { fault = name, begin = from * 1_000_000, end = to * 1_000_000, redis = ofRedis, loses });

    public Story Tickets(long at, params string[] paths) => See(new { tickets = paths, begin = at * 1_000_000 });

    /// <summary>Looked on from outside for so long.</summary>
    public Story Until(long at) => See(new { get = "/targets/none", server = "s1", begin = at * 1_000_000, end = at * 1_000_000, status = 404, etag = "", sha256 = "", stale = false });

    /// <summary>The process has ended in order; without it, it was killed after its last line.</summary>
    public Story End(params string[] processes)
    {
        foreach (var process in processes)
            Add(process, new JsonObject { ["ended"] = 0 });
        return this;
    }

    public Story Line(string process, string line)
    {
        Lines(process).Add(line);
        return this;
    }

    public IReadOnlyList<string> Violations() => Check().Violations;

    public HistoryReport Check() => HistoryChecker.Check(Read(), Bounds);

    public Histories Read() => HistoryReader.Read(files.Select(f => (f.Key, (IEnumerable<string>)f.Value)));

    private Story See(object line)
    {
        Lines(Outside).Add(JsonSerializer.Serialize(line));
        return this;
    }

    private void Add(string process, JsonObject line) => Lines(process).Add(line.ToJsonString());

    private List<string> Lines(string process) => files.TryGetValue(process, out var lines) ? lines : files[process] = [];
}
