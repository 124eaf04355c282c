using System.Diagnostics;

namespace HttpSd.Kube;

/// <summary>How a run of kubectl ended.</summary>
/// <param name="ExitCode">0 for success.</param>
/// <param name="Output">Its standard output.</param>
/// <param name="Error">Its standard error.</param>
public sealed record KubectlResult(int ExitCode, string Output, string Error);

internal static class Kubectl
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<KubectlResult> RunAsync(string kubeconfig, string cacheFolder, IEnumerable<string> arguments)
    {
        // Discovery is cached by address: another control plane may have had this port, with other kinds.
        string[] ours = ["--kubeconfig", kubeconfig, "--cache-dir", cacheFolder];
        var start = new ProcessStartInfo(Binaries.Find("kubectl"), [.. ours, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var kubectl = Process.Start(start)!;
        kubectl.StandardInput.Close();
        using var late = new CancellationTokenSource(Limit);
        try
        {
            var output = kubectl.StandardOutput.ReadToEndAsync(late.Token);
            var error = kubectl.StandardError.ReadToEndAsync(late.Token);
            await kubectl.WaitForExitAsync(late.Token);
            return new KubectlResult(kubectl.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            kubectl.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} took more than {Limit.TotalSeconds} s");
        }
    }
}
