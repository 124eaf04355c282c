using System.Globalization;
using CsCheck;
using HttpSd.Operator.Tests.Runtime.Scripted;
using Microsoft.AspNetCore.Http;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

public class ConvergenceTests
{
    private static readonly Gen<List<int>> Days = Gen.Int[0, 11].List[0, 12];

    [Fact]
    public Task Whatever_the_server_does_the_store_ends_equal_to_it() =>
        Days.SampleAsync(PlayAsync, iter: 40, threads: 4);

    private static async Task PlayAsync(List<int> faults)
    {
        var world = new World();
        await using var rig = await ReflectorRig<Thing>.StartAsync(api =>
        {
            var left = new Queue<int>(faults);
            api.List = (c, _) => AnswerAsync(c, world, left);
            api.Watch = (c, _) => AnswerAsync(c, world, left);
            return Task.CompletedTask;
        });
        await Soon.TrueAsync(() => rig.Known.SequenceEqual(world.Known) && world.Quiet, string.Join(',', faults));
    }

    /// <summary>Each request meets the next fault, and each fault hides some changes; then the server is well.</summary>
    private static async Task AnswerAsync(HttpContext context, World world, Queue<int> left)
    {
        int? fault;
        lock (left)
            fault = left.TryDequeue(out var f) ? f : null;
        var watch = context.Request.Query.TryGetValue("resourceVersion", out var from);
        if (fault is { } which)
            world.Change(which);
        else
            world.Quiet = true;
        var version = world.Version.ToString(CultureInfo.InvariantCulture);
        var lines = watch ? world.Since(int.Parse(from!, CultureInfo.InvariantCulture)) : [];
        await (fault switch
        {
            0 => context.RefuseAsync(503),
            1 => context.RefuseAsync(410, "Expired"),
            2 => context.RefuseAsync(429, retryAfter: 0),
            3 => context.RefuseAsync(404),
            4 => context.LinesAsync([.. lines.Take(1), Line("ERROR", ServerStatus(410, "Expired"))]),
            5 => context.LinesAsync([.. lines.Take(2), Line("ERROR", ServerStatus(500))]),
            6 => context.LinesAsync([.. lines.Take(1), "garbage\n"]),
            7 => context.CutAsync([.. lines.Take(1), "{\"type\":\"ADD"]),
            8 when watch => context.LinesAsync([.. lines, Bookmark(version)]),
            9 when watch => context.LinesAsync([.. lines, .. lines]),
            10 => context.CutAsync(),
            11 when watch => context.LinesAsync(),
            _ => watch ? context.SilenceAsync([.. lines]) : context.ItemsAsync(version, world.Things),
        });
    }

    /// <summary>A few names that come, change, go and come back as others.</summary>
    private sealed class World
    {
        private readonly SortedDictionary<string, (int Version, string Uid)> things = new(StringComparer.Ordinal);
        private readonly List<(int Version, string Line)> log = [];
        private readonly Lock one = new();
        private int version = 10;

        public bool Quiet { get; set; }

        public int Version => Read(() => version);

        public List<string> Known => Read(() => things.Select(t => $"{t.Key}@{t.Value.Version}").ToList());

        public string[] Things => Read(() => things.Select(t => Thing(t.Key, $"{t.Value.Version}", t.Value.Uid)).ToArray());

        public List<string> Since(int from) => Read(() => log.Where(l => l.Version > from).Select(l => l.Line).ToList());

        public void Change(int seed)
        {
            lock (one)
                foreach (var name in new[] { $"n{seed % 3}", $"n{seed % 4}", "n1" })
                {
                    version++;
                    var known = things.TryGetValue(name, out var old);
                    var gone = known && (version + seed) % 3 == 0;
                    var uid = known ? old.Uid : $"u{version}";
                    log.Add((version, Line(gone ? "DELETED" : known ? "MODIFIED" : "ADDED", Thing(name, $"{version}", uid))));
                    if (gone)
                        things.Remove(name);
                    else
                        things[name] = (version, uid);
                }
        }

        private T Read<T>(Func<T> what)
        {
            lock (one)
                return what();
        }
    }
}
