using System.Diagnostics;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>A folder of files, swapped as Kubernetes does it when that is asked for.</summary>
internal sealed class SecretFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-door-").FullName;
    private int version;

    public string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path + ".new", text);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>A Secret as the kubelet mounts it: keys are links into <c>..data</c>, a link that is swapped.</summary>
    public string Mount(params (string Key, string Value)[] keys)
    {
        var mount = Directory.CreateDirectory(Path.Combine(folder, "mount")).FullName;
        var data = Directory.CreateDirectory(Path.Combine(mount, $"..v{++version}")).FullName;
        foreach (var (key, value) in keys)
            File.WriteAllText(Path.Combine(data, key), value);
        File.CreateSymbolicLink(Path.Combine(mount, "..new"), $"..v{version}");
        // .NET renames no link to a folder over another.
        using (var move = Process.Start("mv", ["-fT", Path.Combine(mount, "..new"), Path.Combine(mount, "..data")]))
            move.WaitForExit();
        foreach (var (key, _) in keys.Where(k => !File.Exists(Path.Combine(mount, k.Key))))
            File.CreateSymbolicLink(Path.Combine(mount, key), Path.Combine("..data", key));
        return mount;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
