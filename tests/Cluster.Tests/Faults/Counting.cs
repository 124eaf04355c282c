namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Scripts that note each of their runs.</summary>
internal static class Counting
{
    /// <summary>One target, and a line in the file for each run.</summary>
    public static string Script(string log, string line) => $"""
        def generate_targets(**params):
            with open({'"'}{log}{'"'}, "a") as log:
                log.write("{line}\n")
            return [{'{'}"targets": ["{line}:1"]{'}'}]

        """;

    public static string[] Runs(string log) => File.Exists(log) ? File.ReadAllLines(log) : [];

    /// <summary>No job is left, and none comes for a while.</summary>
    public static async Task SettleAsync(Lane lane)
    {
        for (var quiet = 0; quiet < 10; await Task.Delay(100))
            quiet = await Wait.UntilAsync(lane.CountJobsAsync, jobs => jobs == 0) == 0 ? quiet + 1 : 0;
    }
}
