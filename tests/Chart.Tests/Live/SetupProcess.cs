using System.Diagnostics;

namespace HttpSd.Chart.Tests.Live;

/// <summary>A command of the chart's Jobs, as a process of its own.</summary>
internal static class SetupProcess
{
    /// <summary>Runs it to its end.</summary>
    /// <param name="kubeconfig">As whom.</param>
    /// <param name="space">The namespace of its pod.</param>
    /// <param name="arguments">Of the operator's image.</param>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string kubeconfig, string space, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Programs.Assembly("Operator"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        (start.Environment["KUBECONFIG"], start.Environment["POD_NAMESPACE"]) = (kubeconfig, space);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        return (process.ExitCode, await output, await error);
    }
}
