namespace HttpSd.Worker.Runner.Processes;

/// <summary>What all processes of a run may take together. They are looked at ten times a second; what is over is ended.</summary>
/// <param name="CpuTime">Of all of them, also those that ended and were waited for.</param>
/// <param name="Processes">At one time.</param>
/// <param name="DiskBytes">In the run's folder.</param>
/// <param name="LogBytes">On standard error, and of Python scripts on standard output, too.</param>
internal sealed record RunQuotas(TimeSpan CpuTime, int Processes, long DiskBytes, long LogBytes)
{
    // A folder with more is over, whatever its files hold: each costs a place on the disk, and a step to whoever counts.
    private const int MostFiles = 100_000;

    private static readonly EnumerationOptions All = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
        RecurseSubdirectories = true,
    };

    public string? OfProcesses(int processes, TimeSpan cpuTime) =>
        processes > Processes ? $"the script has {processes} processes; Worker:MaxProcesses allows {Processes}"
        : cpuTime > CpuTime ? $"the script has used {cpuTime.TotalSeconds:0.0} s of CPU time; Worker:MaxCpuTime allows {CpuTime}"
        : null;

    public string? OfLog(long bytes) =>
        bytes > LogBytes ? $"the script has printed over {LogBytes} bytes, what Worker:MaxLogBytes allows" : null;

    public string? OfDisk(string directory)
    {
        var (bytes, files) = (0L, 0);
        try
        {
            foreach (var entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", All))
            {
                if (++files > MostFiles)
                    return $"the script has made over {MostFiles} files";
                if (entry is FileInfo { LinkTarget: null } file)
                    bytes += file.Length;
                if (bytes > DiskBytes)
                    return $"the script's files are over {DiskBytes} bytes, what Worker:MaxDiskBytes allows";
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It changes while it is looked at; the next look tells.
        }

        return null;
    }
}
