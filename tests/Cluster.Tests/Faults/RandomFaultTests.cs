using System.Diagnostics;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Whatever happens, in the end Redis holds what the cluster says, the statuses say so, and then it is quiet.</summary>
public sealed class RandomFaultTests(FragileCluster fragile) : IClassFixture<FragileCluster>
{
    private const int Objects = 30;
    private const int Paths = 25;
    private const int Maps = 3;

    private static readonly TimeSpan Turmoil = TimeSpan.FromSeconds(25);

    // Several times the interval at which all is looked at again.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(35);

    private readonly LocalCluster.Cluster cluster = fragile.Cluster;

    [Theory]
    [InlineData(20260101)]
    public async Task After_random_faults_the_store_is_what_the_cluster_is_and_then_nothing_is_written(int seed)
    {
        var random = new Random(seed);
        await using var lane = await Lane.StartAsync(cluster);
        for (var i = 0; i < Maps; i++)
            await lane.Admin.CoreV1.CreateNamespacedConfigMapAsync(Map(i, "first"), lane.Name);
        var op = await StartAsync(lane);
        try
        {
            for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < Turmoil;)
            {
                await EditAsync(lane, random, 25);
                op = await HurtAsync(lane, op, random);
            }
            await EditAsync(lane, random, 10);

            var trouble = await Wait.UntilAsync(() => DifferencesAsync(lane), d => d.Count == 0, 40);
            trouble.Should().BeEmpty($"of seed {seed}; the operator says\n{op.Log}");

            // Runs end, too, and everything periodic happens several times over.
            op.Dispose();
            op = await lane.StartOperatorAsync("Operator:ResyncInterval=10s", "Operator:RunSweepInterval=5s", "Operator:StatusInterval=1s");
            using var worker = await lane.StartWorkerAsync();
            await op.WaitReadyAsync();
            await worker.WaitReadyAsync();
            await Counting.SettleAsync(lane);
            (await Wait.UntilAsync(() => PendingAsync(lane), p => p.Count == 0, 60)).Should().BeEmpty("every one has been run");
            var (patches, revision) = (await SettledAsync(op), await RevisionAsync(lane));
            await Task.Delay(Quiet);
            (await DifferencesAsync(lane)).Should().BeEmpty();
            (await op.PatchesAsync()).Should().Be(patches, "what is well is not written to");
            (await RevisionAsync(lane)).Should().Be(revision);
        }
        finally
        {
            op.Dispose();
        }
    }

    private static Task<Part> StartAsync(Lane lane) =>
        lane.StartOperatorAsync("Kubernetes:PingDelay=1s", "Kubernetes:PingTimeout=1s", "Kubernetes:ConnectTimeout=1s", "Operator:ResyncInterval=10m");

    private static async Task<List<string>> PendingAsync(Lane lane) => [.. (await lane.ListAsync())
        .Where(o => Lane.Condition(o, "Generating")?["reason"]?.GetValue<string>() is "FirstRunPending" or "RunPending")
        .Select(o => o["metadata"]!["name"]!.GetValue<string>())];

    // What the first runs have come to is written.
    private static async Task<double> SettledAsync(Part op)
    {
        for (var (before, tries) = (-1.0, 0); ; tries++)
        {
            var now = await op.PatchesAsync();
            if (now == before || tries == 10)
                return now;
            before = now;
            await Task.Delay(4000);
        }
    }

    private static async Task EditAsync(Lane lane, Random random, int edits)
    {
        for (var i = 0; i < edits; i++)
        {
            var (name, path, text, map) = ($"o{random.Next(Objects)}", $"p{random.Next(Paths)}", $"t{random.Next(1000)}:1", random.Next(Maps));
            try
            {
                await (random.Next(13) switch
                {
                    < 4 => lane.ApplyListAsync(name, text, path),
                    < 7 => lane.ApplyAsync(name, new { path, scriptFrom = new { configMapKeyRef = new { name = $"m{map}", key = "a.py" } } }),
                    7 => lane.ApplyAsync(name, new { path, suspend = true, scriptFrom = new { configMapKeyRef = new { name = $"m{map}", key = "a.py" } } }),
                    8 => lane.ApplyAsync(name, new { path, timeout = "2h", script = $"# {text}" }),
                    9 => lane.AnnotateAsync(name, text),
                    < 12 => lane.DeleteAsync(name),
                    _ => lane.Admin.CoreV1.ReplaceNamespacedConfigMapAsync(Map(map, text), $"m{map}", lane.Name),
                });
            }
            catch (Exception e) when (e is HttpOperationException or HttpRequestException)
            {
                // There is none to delete, or the server is just coming back.
            }
        }
    }

    private async Task<Part> HurtAsync(Lane lane, Part op, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                op.Dispose();
                await EditAsync(lane, random, 5);
                return await StartAsync(lane);
            case 1:
                cluster.Control.KillApiServer();
                await Task.Delay(random.Next(1000));
                await cluster.Control.RestartApiServerAsync();
                break;
            case 2:
                await cluster.Redis.RestartAsync();
                break;
            case 3:
                cluster.Redis.Stop();
                await EditAsync(lane, random, 5);
                await Task.Delay(random.Next(3000));
                cluster.Redis.Continue();
                break;
            default:
                op.Signal("STOP");
                await EditAsync(lane, random, 5);
                await Task.Delay(random.Next(1000));
                op.Signal("CONT");
                break;
        }
        return op;
    }

    /// <summary>What is otherwise than it should be.</summary>
    private static async Task<List<string>> DifferencesAsync(Lane lane)
    {
        var objects = (await lane.ListAsync()).Select(o => (
            Node: o,
            Name: o["metadata"]!["name"]!.GetValue<string>(),
            Created: o["metadata"]!["creationTimestamp"]!.GetValue<string>(),
            Path: o["spec"]!["path"]!.GetValue<string>(),
            Wrong: o["spec"]!["timeout"]?.GetValue<string>() == "2h")).ToList();
        var owners = objects.GroupBy(o => o.Path).Select(g => g.OrderBy(o => o.Created, StringComparer.Ordinal).ThenBy(o => o.Name, StringComparer.Ordinal).First()).ToList();
        var stored = await lane.ReadDefinitionsAsync();
        var maps = (await lane.Admin.CoreV1.ListNamespacedConfigMapAsync(lane.Name)).Items.ToDictionary(m => m.Metadata.Name, m => m.Data["a.py"]);

        // Who wants a path that is another's, or can't be published, goes on with the last good definition, at the path it had.
        var waiting = objects.Where(o => o.Wrong || !owners.Contains(o)).Select(o => o.Node["metadata"]!["uid"]!.GetValue<string>()).ToHashSet(StringComparer.Ordinal);
        var wrong = stored.Where(s => owners.All(o => o.Path != s.Key) && !waiting.Contains(s.Value.Uid)).Select(s => $"{s.Key} is nobody's").ToList();
        foreach (var owner in owners.Where(o => !o.Wrong))
        {
            var script = await lane.ReadScriptAsync(owner.Path);
            var wanted = owner.Node["spec"]!["scriptFrom"] is { } from
                ? maps[from["configMapKeyRef"]!["name"]!.GetValue<string>()]
                : owner.Node["spec"]!["staticTargets"]![0]!["targets"]![0]!.GetValue<string>();
            if (!stored.TryGetValue(owner.Path, out var definition) || definition.Uid != owner.Node["metadata"]!["uid"]!.GetValue<string>())
                wrong.Add($"{owner.Path} is not {owner.Name}'s");
            else if (script?.Contains(wanted, StringComparison.Ordinal) != true)
                wrong.Add($"{owner.Path} holds {script}, not {wanted}");
        }
        foreach (var one in objects)
        {
            var reason = Lane.Condition(one.Node, "Published")?["reason"]?.GetValue<string>();
            if (!Lane.IsCurrent(one.Node) || reason != (one.Wrong ? "InvalidSpec" : owners.Contains(one) ? "Published" : "PathConflict"))
                wrong.Add($"{one.Name} says {reason} of {one.Node["status"]?["observedGeneration"]}");
        }
        return wrong;
    }

    private static Task<string?> RevisionAsync(Lane lane) =>
        lane.InRedisAsync(async (db, keys) => (string?)await db.HashGetAsync(keys.Definitions[2], "rev"));

    private static V1ConfigMap Map(int number, string text) => new()
    {
        Metadata = new V1ObjectMeta { Name = $"m{number}" },
        Data = new Dictionary<string, string> { ["a.py"] = $"# {text}\ndef generate_targets(**p):\n    return []\n" },
    };
}
