using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace HttpSd.Bench.Serving;

/// <summary>The load generator wrk: one thread, 16 connections.</summary>
internal static partial class Wrk
{
    /// <summary>Requests per second; fails when one was not answered with 200.</summary>
    public static async Task<double> RunAsync(Uri url, TimeSpan duration)
    {
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", "-c16", $"-d{(int)duration.TotalSeconds}s", url.ToString()]) { RedirectStandardOutput = true })!;
        var said = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        if (wrk.ExitCode != 0 || said.Contains("Non-2xx", StringComparison.Ordinal) || said.Contains("Socket errors", StringComparison.Ordinal))
            throw new InvalidOperationException(said);
        return double.Parse(Rate().Match(said).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex Rate();
}
