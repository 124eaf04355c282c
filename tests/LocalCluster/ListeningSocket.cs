namespace HttpSd.LocalCluster;

/// <summary>Whose a port is, as the kernel tells it.</summary>
internal static class ListeningSocket
{
    private const string Listening = "0A";

    /// <summary>Whether this process listens on the loopback port: whatever answers there may be somebody else.</summary>
    public static bool IsOf(int processId, int port)
    {
        try
        {
            var inodes = File.ReadLines("/proc/net/tcp").Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(f => f[3] == Listening && f[1].EndsWith($":{port:X4}", StringComparison.Ordinal))
                .Select(f => $"socket:[{f[9]}]")
                .ToHashSet(StringComparer.Ordinal);
            return inodes.Count > 0
                && Directory.EnumerateFiles($"/proc/{processId}/fd").Any(fd => new FileInfo(fd).LinkTarget is { } target && inodes.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The process is gone, or closes a file at this moment.
            return false;
        }
    }
}
