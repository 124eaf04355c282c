using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HttpSd.Redis.Tests.Topologies;

/// <summary>Programs that a topology is built with.</summary>
internal static class Tool
{
    public static async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync())
            .WaitAsync(TimeSpan.FromSeconds(20));
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
        process.ExitCode.Should().Be(0, string.Concat(said));
    }
}
