using HttpSd.Worker.Runner.Host;

namespace HttpSd.Worker.Runtimes;

/// <summary>The interpreter that a script's first line asks for.</summary>
/// <param name="Program">An absolute path, or the name after <c>env</c>.</param>
/// <param name="Arguments">What stands between the program and the script.</param>
internal sealed record Shebang(string Program, IReadOnlyList<string> Arguments)
{
    private static readonly string[] StandardDirectories = ScriptEnvironment.SearchPath.Split(':');

    /// <summary>Reads the first line; null when it is not a <c>#!</c> line that names something.</summary>
    public static Shebang? Parse(string script)
    {
        if (!script.StartsWith("#!", StringComparison.Ordinal))
            return null;
        var line = script.AsSpan(2, script.AsSpan(2).IndexOfAny('\n', '\r') is >= 0 and var end ? end : script.Length - 2);
        var words = line.ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0)
            return null;
        if (words[0] is not ("/usr/bin/env" or "/bin/env"))
            return new Shebang(words[0], words.Length > 1 ? [string.Join(' ', words[1..])] : []);
        var rest = words.Length > 1 && words[1] is "-S" or "--split-string" ? words[2..] : words[1..];
        return rest.Length > 0 && !rest[0].StartsWith('-') && !rest[0].Contains('=')
            ? new Shebang(rest[0], rest[1..])
            : null;
    }

    /// <summary>
    /// The file to run, if it may: its path is listed, or its file name is and it lies in a standard directory.
    /// A name without a directory is looked for there. Null when it may not; empty when it is not installed.
    /// </summary>
    public string? Resolve(IReadOnlyList<string> allowed)
    {
        if (Program.StartsWith('/'))
        {
            var name = Path.GetFileName(Program);
            var isAllowed = allowed.Contains(Program)
                || (allowed.Contains(name) && StandardDirectories.Contains(Path.GetDirectoryName(Program)));
            return isAllowed ? ScriptEnvironment.Find(Program) ?? "" : null;
        }

        if (allowed.Contains(Program) && !Program.Contains('/'))
            return ScriptEnvironment.Find(Program) ?? "";
        return allowed.FirstOrDefault(listed => listed.StartsWith('/') && Path.GetFileName(listed) == Program) is { } file
            ? ScriptEnvironment.Find(file) ?? ""
            : null;
    }
}
