using System.Diagnostics;
using System.Globalization;

namespace HttpSd.Bench.Working;

/// <summary>What two Python processes reach that do nothing but fork, run the function and wait.</summary>
internal static class BareForks
{
    private const string Script = """
        import os, sys, time
        def generate_targets(**params):
            return [{"targets": ["a:1"]}]
        count, since = int(sys.argv[1]), time.monotonic()
        for n in range(count):
            child = os.fork()
            if child == 0:
                generate_targets(n=n)
                os._exit(0)
            os.waitpid(child, 0)
        print(count / (time.monotonic() - since))
        """;

    /// <summary>Forks per second, of both together.</summary>
    public static async Task<double> RateAsync(int each)
    {
        var rates = await Task.WhenAll(Enumerable.Range(0, 2).Select(async _ =>
        {
            using var python = Process.Start(new ProcessStartInfo("python3", ["-I", "-c", Script, $"{each}"]) { RedirectStandardOutput = true })!;
            var said = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            return double.Parse(said, CultureInfo.InvariantCulture);
        }));
        return rates.Sum();
    }
}
