using HttpSd.LocalCluster.Scale;

namespace HttpSd.Bench.Soaking;

/// <summary>What there is of everything that could grow, at one moment.</summary>
internal sealed record Sample(IReadOnlyDictionary<string, long> Numbers)
{
    private const string Bytes = " (MiB)";

    public static async Task<Sample> TakeAsync(Store store, Part server, Part worker)
    {
        var runner = Children(worker.Id).First();
        var totals = await store.TotalsAsync();
        return new Sample(new Dictionary<string, long>
        {
            ["server's memory" + Bytes] = PartFigures.ResidentBytesOf(server.Id) >> 20,
            ["worker's memory" + Bytes] = PartFigures.ResidentBytesOf(worker.Id) >> 20,
            ["its runner's memory" + Bytes] = PartFigures.ResidentBytesOf(runner) >> 20,
            ["handles of server, worker and runner"] = Handles(server.Id) + Handles(worker.Id) + Handles(runner),
            ["processes of the runner"] = Children(runner).Count(),
            ["Redis' keys"] = await store.KeysAsync(),
            ["Redis' memory" + Bytes] = await store.UsedMemoryAsync() >> 20,
            ["jobs in the queue"] = totals.Pending + totals.Processing,
        });
    }

    /// <summary>For each number its mean in the first sixth of the samples and in the last.</summary>
    public static IEnumerable<(string What, string First, string Last)> Compare(List<Sample> samples)
    {
        var sixth = Math.Max(1, samples.Count / 6);
        return samples[0].Numbers.Keys.Select(what => (what, Mean(samples.Take(sixth), what), Mean(samples.TakeLast(sixth), what)));
    }

    private static string Mean(IEnumerable<Sample> samples, string what) => Page.Invariant($"{samples.Average(s => s.Numbers[what]):N1}");

    private static IEnumerable<int> Children(int process) =>
        Directory.EnumerateDirectories($"/proc/{process}/task").SelectMany(task =>
            File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse);

    private static int Handles(int process) => Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count();
}
