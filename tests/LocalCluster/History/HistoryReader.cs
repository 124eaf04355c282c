using System.Text.Json;

namespace HttpSd.LocalCluster.History;

/// <summary>Reads the files of all processes and of whoever looked on.</summary>
internal static class HistoryReader
{
    // The other scripts only read, or are about definitions.
    private static readonly HashSet<string> Judged = new(StringComparer.Ordinal)
    {
        "enqueue", "claim", "beat", "finish", "sweep", "cancel", "commit", "fail", "clear", "raise", "delete",
    };

    // Somewhat less than Redis:CommandTimeout: after that the store counts as unavailable, whatever it answers.
    private const long TooLong = 900_000_000;

    // How long after it was given up, or its process was killed, a call may still be carried out: several times as long as
    // chaos stops Redis, which is when what was sent waits.
    private const long Late = 15_000_000_000;

    public static Histories ReadFolder(string folder) =>
        Read(Directory.EnumerateFiles(folder, "*.jsonl").Select(f => (Path.GetFileName(f), File.ReadLines(f))));

    /// <summary>Reads files given as their names and lines; a last line that was cut short is left out.</summary>
    public static Histories Read(IEnumerable<(string Name, IEnumerable<string> Lines)> files)
    {
        var calls = new List<Call>();
        var (answers, reloads, faults, looks) = (new List<Answer>(), new List<Reload>(), new List<Fault>(), new List<QueueLook>());
        var processes = new Dictionary<string, ProcessFile>(StringComparer.Ordinal);
        var troubles = new List<(long, long)>();
        var (count, end) = (0L, 0L);
        foreach (var (name, lines) in files)
        {
            var open = new Dictionary<long, (long Begin, Call? Call)>();
            var process = new ProcessFile(name, 0, EndedInOrder: false, IsComplete: true);
            foreach (var line in lines)
            {
                if (Parse(line) is not { } json)
                    continue;
                if (json.TryGetProperty("call", out var number))
                {
                    process = process with { Last = Take(json, number.GetInt64(), name, open, calls, troubles, ref count) };
                    continue;
                }
                process = json switch
                {
                    _ when json.TryGetProperty("ended", out _) => process with { EndedInOrder = true },
                    _ when json.TryGetProperty("lost", out _) || json.TryGetProperty("full", out _) => process with { IsComplete = false },
                    _ => process,
                };
                if (json.TryGetProperty("get", out _))
                    answers.Add(AnswerOf(json));
                else if (json.TryGetProperty("reload", out var path))
                    reloads.Add(new Reload(Text(json, "server"), path.GetString()!, Time(json, "begin"), Time(json, "end"), json.GetProperty("status").GetInt32()));
                else if (json.TryGetProperty("fault", out var fault))
                    faults.Add(new Fault(fault.GetString()!, Time(json, "begin"), Time(json, "end"), json.GetProperty("redis").GetBoolean(), json.GetProperty("loses").GetBoolean()));
                else if (json.TryGetProperty("tickets", out var tickets))
                    looks.Add(new QueueLook(Time(json, "begin"), Strings(tickets)));
                if (json.TryGetProperty("end", out var seen))
                    end = Math.Max(end, seen.GetInt64());
            }
            processes[name] = process;
            foreach (var unanswered in open.Values.Select(o => o.Call).OfType<Call>())
                unanswered.Latest = process.Last + Late;
        }
        return new Histories
        {
            Calls = calls, CallCount = count, Troubles = troubles, Processes = processes,
            Answers = answers, Reloads = reloads, Faults = faults, Looks = looks, End = end,
        };
    }

    // The time of the line.
    private static long Take(
        JsonElement json, long number, string process, Dictionary<long, (long Begin, Call? Call)> open, List<Call> calls, List<(long, long)> troubles, ref long count)
    {
        if (json.TryGetProperty("script", out var script))
        {
            count++;
            var begin = Time(json, "begin");
            var call = Judged.Contains(script.GetString()!)
                ? new Call(process, script.GetString()!, Text(json, "key"), begin) { Arguments = Texts(json), List = Rest(json) }
                : null;
            open[number] = (begin, call);
            if (call is not null)
                calls.Add(call);
            return begin;
        }
        var end = Time(json, "end");
        if (!open.Remove(number, out var asked))
            return end;
        var isAnswered = json.TryGetProperty("reply", out var reply);
        // What failed may have been carried out all the same.
        if (asked.Call is { } ended)
        {
            ended.Latest = isAnswered ? end : end + Late;
            if (isAnswered)
                (ended.End, ended.Reply, ended.ReplyList) = (end, Texts(reply), Rest(reply));
        }
        if (!isAnswered || end - asked.Begin > TooLong)
            troubles.Add((asked.Begin, end));
        return end;
    }

    private static JsonElement? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Answer AnswerOf(JsonElement json) => new(
        Text(json, "server"), Text(json, "get"), Time(json, "begin"), Time(json, "end"),
        json.GetProperty("status").GetInt32(), Text(json, "etag"), Text(json, "sha256"), json.GetProperty("stale").GetBoolean());

    private static string Text(JsonElement json, string name) => json.TryGetProperty(name, out var value) ? value.GetString()! : "";

    private static long Time(JsonElement json, string name) => json.GetProperty(name).GetInt64();

    private static List<string> Strings(JsonElement list) => [.. list.EnumerateArray().Select(s => s.GetString()!)];

    private static Dictionary<string, string> Texts(JsonElement json) => json.EnumerateObject()
        .Where(p => p.Value.ValueKind == JsonValueKind.String && p.Name is not ("script" or "key"))
        .ToDictionary(p => p.Name, p => p.Value.GetString()!, StringComparer.Ordinal);

    private static List<string> Rest(JsonElement json) =>
        json.EnumerateObject().FirstOrDefault(p => p.Value.ValueKind == JsonValueKind.Array) is { Value.ValueKind: JsonValueKind.Array } list ? Strings(list.Value) : [];
}
