using System.Globalization;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// Marks whatever a run starts, so that an orphan is known in a session of its own and with an environment of its
/// own too: the soft limit of file locks, which the kernel keeps, hands on to children and has not used since 2.4.
/// </summary>
internal static unsafe class OwnerMark
{
    private const int FileLocks = 10;

    private static readonly string Prefix = $"{Environment.ProcessId}-";

    /// <summary>An owner's name; <paramref name="number"/> is above 0 and used once.</summary>
    public static string Owner(long number) => Prefix + number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What this process starts from now on has this owner. Where the kernel won't have it, nobody's.</summary>
    public static void Set(string owner)
    {
        var limits = stackalloc nuint[2];
        if (Libc.getrlimit(FileLocks, limits) != 0)
            return;
        limits[0] = nuint.Parse(owner.AsSpan(Prefix.Length), CultureInfo.InvariantCulture);
        if (Libc.setrlimit(FileLocks, limits) == 0)
            return;
        limits[0] = limits[1];
        _ = Libc.setrlimit(FileLocks, limits);
    }

    /// <summary>The owner of a process; null when it shows none.</summary>
    public static string? Read(int pid)
    {
        var limits = stackalloc nuint[2];
        return Libc.prlimit(pid, FileLocks, null, limits) == 0 && limits[0] is > 0 and <= int.MaxValue
            ? Owner((long)limits[0])
            : null;
    }
}
