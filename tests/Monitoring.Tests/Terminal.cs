using System.Diagnostics;
using HttpSd.Kube;

namespace HttpSd.Monitoring.Tests;

/// <summary>
/// Runs a reader's commands. kubectl is the real one, but for what needs a kubelet: a command in Redis' Pod, a request
/// through a Service, and logs.
/// </summary>
internal sealed class Terminal : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-terminal-").FullName;

    public Terminal(MonitoredCluster live)
    {
        var kubectl = Path.Combine(folder, "kubectl");
        File.WriteAllText(kubectl, $$"""
            #!/bin/bash
            case "$*" in
                "exec -n httpsd deploy/httpsd-redis -- redis-cli "*) exec redis-cli -p {{live.Cluster.Redis.Port}} "${@:7}" ;;
                "get --raw /api/v1/namespaces/httpsd/services/httpsd-server:http/proxy/"*) exec curl -sSf "{{live.Server.Address}}${3#*/proxy/}" ;;
                "get --raw /api/v1/namespaces/httpsd/services/httpsd-operator:metrics/proxy/"*) exec curl -sSf "{{live.Operator.Address}}${3#*/proxy/}" ;;
                "logs -n httpsd "*) exit 0 ;;
                *) exec {{Binaries.Find("kubectl")}} --kubeconfig {{live.Cluster.Control.AdminKubeconfig}} --cache-dir {{folder}}/cache "$@" ;;
            esac

            """);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(kubectl, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    public async Task<(int ExitCode, string Said)> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-o", "pipefail", "-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{folder}:{start.Environment["PATH"]}";
        using var bash = Process.Start(start)!;
        var error = bash.StandardError.ReadToEndAsync();
        var said = await bash.StandardOutput.ReadToEndAsync() + await error;
        await bash.WaitForExitAsync();
        return (bash.ExitCode, said);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
