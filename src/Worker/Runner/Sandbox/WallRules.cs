using System.Globalization;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Sandbox;

/// <summary>
/// What a process tells the kernel's Landlock (<c>linux/landlock.h</c>) of itself before it becomes a script: the files
/// that it and all it starts may open, and that no process outside is signalled or looked into. Nobody takes that back.
/// </summary>
/// <param name="Size">Of the first structure, in bytes.</param>
/// <param name="Handled">The rights over files that are withheld where no rule gives them.</param>
/// <param name="Scoped">What is withheld beside files.</param>
/// <param name="Read">The rights over what may be read.</param>
/// <param name="Write">The rights over what may be written.</param>
/// <param name="OfFiles">Those of them that there are for what is no folder.</param>
/// <param name="ReadPaths">What may be read; one that isn't there doesn't count.</param>
/// <param name="WritePaths">What may be written, too.</param>
internal sealed record WallRules(
    int Size, ulong Handled, ulong Scoped, ulong Read, ulong Write, ulong OfFiles, IReadOnlyList<string> ReadPaths, IReadOnlyList<string> WritePaths)
{
    private const int CreateRuleset = 444, AskForVersion = 1, FirstScopes = 6;
    private const ulong Execute = 1 << 0, WriteFile = 1 << 1, ReadFile = 1 << 2, ReadFolder = 1 << 3;
    private const ulong MakeCharacterDevice = 1 << 6, MakeBlockDevice = 1 << 11, Truncate = 1 << 14;

    // Abstract Unix sockets and signals.
    private const ulong Scopes = 0b11;

    // How many rights over files each version has; the second, third and fifth added one.
    private static readonly int[] Rights = [0, 13, 14, 15, 15, 16];

    /// <summary>What the kernel has: 0 for nothing; from 6 on it withholds signals, too.</summary>
    public static int Version { get; } = Math.Max(0, (int)Libc.syscall(CreateRuleset, 0, 0, AskForVersion, 0));

    public static WallRules Of(int version, IReadOnlyList<string> readPaths, IReadOnlyList<string> writePaths)
    {
        var handled = (1UL << Rights[Math.Min(version, Rights.Length - 1)]) - 1;
        return new WallRules(
            version >= FirstScopes ? 24 : 8,
            handled,
            version >= FirstScopes ? Scopes : 0,
            Execute | ReadFile | ReadFolder,
            handled & ~(MakeCharacterDevice | MakeBlockDevice),
            (Execute | WriteFile | ReadFile | Truncate) & handled,
            readPaths,
            writePaths);
    }

    /// <summary>As the arguments of <c>wall.pl</c>.</summary>
    public IEnumerable<string> ToArguments() =>
    [
        .. new[] { (ulong)Size, Handled, Scoped, Read, Write, OfFiles, (ulong)ReadPaths.Count, (ulong)WritePaths.Count }
            .Select(number => number.ToString(CultureInfo.InvariantCulture)),
        .. ReadPaths,
        .. WritePaths,
    ];
}
