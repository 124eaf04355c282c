using System.Diagnostics;
using System.Globalization;
using HttpSd.Tests;

namespace HttpSd.Worker.Tests.Runner;

/// <summary>What still runs.</summary>
internal static class Living
{
    public static bool Process(string pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid.Trim()}/stat");
            return stat[stat.LastIndexOf(')') + 2] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The processes that have this text in their command line.</summary>
    public static IReadOnlyList<int> With(string text) =>
        Directory.GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _) && CommandLine(name!).Contains(text) && Process(name!))
            .Select(name => int.Parse(name!, CultureInfo.InvariantCulture))
            .ToList();

    /// <summary>The living processes directly below one.</summary>
    public static IReadOnlyList<string> Below(int pid) =>
        Directory.GetDirectories($"/proc/{pid}/task")
            .SelectMany(thread => File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(Process)
            .ToList();

    public static async Task<bool> UntilAsync(Func<bool> condition, double seconds = 10)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since) > Slowness.Bound(seconds))
                return false;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        return true;
    }

    private static string CommandLine(string pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
