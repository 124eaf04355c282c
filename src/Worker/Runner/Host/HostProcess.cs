using System.Globalization;
using System.Runtime.InteropServices;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>What the runner process makes of itself before it starts a script.</summary>
internal static unsafe class HostProcess
{
    private const int SetFlags = 2, CloseOnExecFlag = 1, CoreSize = 4, SetDumpable = 4;

    /// <summary>Adopts orphans, keeps files to itself, writes no core dumps, hands no open file on.</summary>
    public static void Prepare()
    {
        Libc.Check(Libc.prctl(Libc.SetChildSubreaper, 1, 0, 0, 0), "prctl");
        _ = Libc.umask(0b000_111_111);
        var none = stackalloc nuint[2];
        none[0] = none[1] = 0;
        _ = Libc.setrlimit(CoreSize, none);
        foreach (var entry in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (int.TryParse(Path.GetFileName(entry), CultureInfo.InvariantCulture, out var number) && number > 2)
                _ = Libc.fcntl(number, SetFlags, CloseOnExecFlag);
        }

        Hide();
    }

    /// <summary>From other processes of the same user: what this one was started with and has in memory.</summary>
    public static void Hide() => Libc.Check(Libc.prctl(SetDumpable, 0, 0, 0, 0), "prctl");

    public static void WhenStandardInputEnds(Action end) => new Thread(() =>
    {
        var buffer = stackalloc byte[64];
        while (Libc.read(0, buffer, 64) is var count
            && (count > 0 || (count < 0 && Marshal.GetLastPInvokeError() == Libc.Eintr)))
        {
        }

        end();
    })
    {
        IsBackground = true,
        Name = "wait for the parent",
    }.Start();
}
