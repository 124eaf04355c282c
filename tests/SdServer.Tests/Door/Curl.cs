using System.Diagnostics;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>The real curl.</summary>
internal static class Curl
{
    /// <summary>The status and the body; status 0 and curl's exit code when no answer came.</summary>
    public static async Task<(int Status, string Body)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("curl") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-s", "--max-time", "20", "--path-as-is", "-w", "\n%{http_code}", .. arguments])
            start.ArgumentList.Add(argument);
        using var curl = Process.Start(start)!;
        var output = await curl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        var end = output.LastIndexOf('\n');
        return curl.ExitCode == 0 ? (int.Parse(output[(end + 1)..], null), output[..end]) : (0, $"curl {curl.ExitCode}");
    }
}
