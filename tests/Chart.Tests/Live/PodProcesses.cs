using System.Collections.Concurrent;
using System.Text;
using HttpSd.Kube;
using k8s;
using k8s.Models;

namespace HttpSd.Chart.Tests.Live;

/// <summary>
/// Does for the containers of a pod what a kubelet would: environment, arguments and mounts are the pod's, but for
/// addresses, which are loopback's, and folders, which stand where this user may write.
/// </summary>
internal sealed class PodProcesses : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hp-").FullName;
    private readonly Nursery nursery = new();
    private readonly List<System.Diagnostics.Process> processes = [];
    private readonly ConcurrentQueue<string> lines = new();

    public string Log => string.Join('\n', lines);

    public bool AllRun => processes.All(p => !p.HasExited);

    /// <summary>Starts every container.</summary>
    /// <param name="kubernetes">An admin.</param>
    /// <param name="space">The pod's namespace.</param>
    /// <param name="pod">Its spec.</param>
    /// <param name="variables">Set on top of what the pod says, when the container has them or they are a listening address.</param>
    /// <param name="replace">Text that is another here, in arguments, variables and files.</param>
    public static async Task<PodProcesses> StartAsync(
        IKubernetes kubernetes, string space, V1PodSpec pod, Dictionary<string, string> variables, params (string From, string To)[] replace)
    {
        var started = new PodProcesses();
        foreach (var container in pod.Containers)
            await started.StartAsync(kubernetes, space, pod, container, variables, replace);
        return started;
    }

    /// <summary>The exit code of the only container.</summary>
    public async Task<int> ExitCodeAsync(TimeSpan limit)
    {
        await processes.Single().WaitForExitAsync().WaitAsync(limit);
        return processes.Single().ExitCode;
    }

    public void Dispose()
    {
        foreach (var process in processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }
        nursery.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync(
        IKubernetes kubernetes, string space, V1PodSpec pod, V1Container container, Dictionary<string, string> variables, (string From, string To)[] replace)
    {
        // The longest first: one mount may be below another.
        var mounts = (container.VolumeMounts ?? []).Where(m => m.MountPath != "/tmp").OrderByDescending(m => m.MountPath.Length)
            .Select(m => (From: m.MountPath, To: Path.Combine(folder, m.Name))).ToArray();
        string Here(string text) => mounts.Concat(replace).Aggregate(text, (t, m) => t.Replace(m.From, m.To, StringComparison.Ordinal));

        foreach (var volume in (pod.Volumes ?? []).Where(v => (container.VolumeMounts ?? []).Any(m => m.Name == v.Name)))
        {
            var place = Directory.CreateDirectory(Path.Combine(folder, volume.Name)).FullName;
            if (volume.ConfigMap is { } map)
            {
                foreach (var (name, text) in (await kubernetes.CoreV1.ReadNamespacedConfigMapAsync(map.Name, space)).Data)
                    await File.WriteAllTextAsync(Path.Combine(place, name), Here(text));
            }
        }
        var environment = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = folder };
        foreach (var variable in container.Env ?? [])
            environment[variable.Name] = Here(await ValueAsync(kubernetes, space, variable));
        foreach (var (name, value) in variables.Where(v => v.Key.EndsWith("__Urls", StringComparison.Ordinal) || v.Key == "KUBECONFIG"))
            environment[name] = value;
        string[] command = container.Command is { Count: > 0 } given ? [.. given.Select(Here)] : ["dotnet", Programs.Assembly(Room(container.Image))];
        var process = await nursery.StartAsync(
            "env", ["-i", .. environment.Select(e => $"{e.Key}={e.Value}"), .. command, .. (container.Args ?? []).Select(Here)]);
        processes.Add(process);
        process.OutputDataReceived += (_, e) => Take(container.Name, e.Data);
        process.ErrorDataReceived += (_, e) => Take(container.Name, e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    private static async Task<string> ValueAsync(IKubernetes kubernetes, string space, V1EnvVar variable)
    {
        if (variable.ValueFrom?.SecretKeyRef is { } secret)
            return Encoding.UTF8.GetString((await kubernetes.CoreV1.ReadNamespacedSecretAsync(secret.Name, space)).Data[secret.Key]);
        return variable.ValueFrom?.FieldRef?.FieldPath switch
        {
            "metadata.name" => "a-pod",
            "metadata.namespace" => space,
            null => variable.Value ?? "",
            var other => throw new InvalidOperationException($"{variable.Name}: {other}"),
        };
    }

    private static string Room(string image) => image.Split(':')[0].Split('/')[^1] switch
    {
        "operator" => "Operator",
        "server" => "SdServer",
        "worker" => "Worker",
        var other => throw new InvalidOperationException(other),
    };

    private void Take(string container, string? line)
    {
        if (line is not null)
            lines.Enqueue($"{container}: {line}");
    }
}
