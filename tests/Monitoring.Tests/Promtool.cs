using System.Diagnostics;

namespace HttpSd.Monitoring.Tests;

/// <summary>Prometheus' own judge of rules.</summary>
internal static class Promtool
{
    /// <summary>What it says; fails with that unless it is content.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="arguments">Such as <c>check</c>, <c>rules</c>.</param>
    public static async Task<string> MustAsync(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        var error = promtool.StandardError.ReadToEndAsync();
        var said = await promtool.StandardOutput.ReadToEndAsync() + await error;
        await promtool.WaitForExitAsync();
        promtool.ExitCode.Should().Be(0, said);
        return said;
    }
}
