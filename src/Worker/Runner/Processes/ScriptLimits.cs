using System.Globalization;
using HttpSd.Core.Runs;

namespace HttpSd.Worker.Runner.Processes;

/// <summary>
/// What the kernel lets each process of a script have. They are hard limits: a script may lower them, and not raise them.
/// </summary>
/// <param name="MemoryBytes">Private memory that can be written to; address space that is only reserved doesn't count.</param>
/// <param name="FileBytes">The largest file.</param>
/// <param name="OpenFiles">Descriptors open at one time.</param>
/// <remarks>Not the number of processes: the kernel counts those per user and machine, over all Pods.</remarks>
internal sealed record ScriptLimits(long MemoryBytes, long FileBytes, int OpenFiles)
{
    private const int FileSize = 1, Data = 2, NumberOfFiles = 7;

    /// <summary>The program that sets them for a process of which it becomes the script; none where it isn't installed.</summary>
    public IReadOnlyList<string> Prefix(string? prlimit) => prlimit is null
        ? []
        :
        [
            prlimit,
            string.Create(CultureInfo.InvariantCulture, $"--data={MemoryBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"--fsize={FileBytes}"),
            string.Create(CultureInfo.InvariantCulture, $"--nofile={OpenFiles}"),
        ];

    /// <summary>Sets them for a process that has no script yet.</summary>
    public void Apply(int pid)
    {
        Set(pid, Data, MemoryBytes);
        Set(pid, FileSize, FileBytes);
        Set(pid, NumberOfFiles, OpenFiles);
    }

    /// <summary>The failure, with the limit that it tells of.</summary>
    public RunFailure Explain(RunFailure failure)
    {
        var note = failure.Type == "MemoryError" || Tells(failure, "[Errno 12]", "cannot allocate", "MemoryError") ? $"Worker:MaxMemoryBytes allows {MemoryBytes} bytes"
            : Tells(failure, "[Errno 24]", "Too many open files") ? $"Worker:MaxOpenFiles allows {OpenFiles}"
            : Tells(failure, "[Errno 27]", "File too large", "SIGXFSZ", "File size limit exceeded") ? $"Worker:MaxFileBytes allows {FileBytes} bytes"
            : null;
        return note is null ? failure : failure with { Message = failure.Message.Length == 0 ? note : $"{failure.Message} ({note})" };
    }

    private static bool Tells(RunFailure failure, params string[] words) => words.Any(
        w => failure.Message.Contains(w, StringComparison.Ordinal)
            || (failure.Type == FailureTypes.ExitStatus && failure.Traceback.Contains(w, StringComparison.OrdinalIgnoreCase)));

    private static unsafe void Set(int pid, int resource, long limit)
    {
        var both = stackalloc nuint[2];
        both[0] = both[1] = (nuint)limit;
        Libc.Check(Libc.prlimit(pid, resource, both, null), "prlimit");
    }
}
