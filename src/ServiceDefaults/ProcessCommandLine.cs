using System.Globalization;
using System.Text.RegularExpressions;
using HttpSd.Core;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;

namespace HttpSd.ServiceDefaults;

/// <summary>The command line of a process that takes settings and nothing else.</summary>
public static partial class ProcessCommandLine
{
    // Also those of the other processes: one set of arguments may go to all.
    private static readonly string[] Sections = ["Server", "Worker", "Operator", "Kubernetes", "Redis", "Queue", "Logging"];

    /// <summary>Whether help was asked for.</summary>
    public static bool AsksForHelp(string[] commandLine) => commandLine.Any(a => a is "--help" or "-h" or "-?");

    /// <summary>Says what the process does and which settings it has.</summary>
    /// <param name="to">Where to.</param>
    /// <param name="assembly">The file that was started, without its ending.</param>
    /// <param name="what">What the process does, in a sentence.</param>
    /// <param name="settings">Sections of its own, with their defaults.</param>
    public static void WriteHelp(TextWriter to, string assembly, string what, params (string Section, object Defaults)[] settings)
    {
        to.WriteLine($"""
            {what}

            Usage: dotnet {assembly}.dll [--Section:Name=value]...

            In the environment: HTTPSD_Section__Name=value. The settings and their defaults:

            """);
        foreach (var (section, defaults) in settings.Append(("Redis", new RedisOptions())).Append(("Queue", new QueueOptions())))
        {
            foreach (var property in defaults.GetType().GetProperties().Where(p => p.CanWrite).OrderBy(p => p.Name, StringComparer.Ordinal))
                to.WriteLine($"  --{section}:{property.Name}={Text(property.GetValue(defaults))}");
        }
    }

    /// <summary>Refuses what would be ignored: an argument of another form, a section that nobody has.</summary>
    /// <exception cref="FormatException">There is one; the message names it.</exception>
    internal static void Check(string[] commandLine)
    {
        foreach (var argument in commandLine)
        {
            if (Setting.Match(argument) is not { Success: true } setting)
                throw new FormatException($"'{argument}' is not understood; settings are written --Section:Name=value, and --help lists them");
            if (!Sections.Contains(setting.Groups["section"].Value, StringComparer.OrdinalIgnoreCase))
                throw new FormatException($"'{argument}': there is no such section; there are {string.Join(", ", Sections)}");
        }
    }

    [GeneratedRegex("^--(?<section>[A-Za-z]+):[A-Za-z0-9:.]+=", RegexOptions.ExplicitCapture)]
    private static partial Regex Setting { get; }

    private static string Text(object? value) => value switch
    {
        TimeSpan duration => GoDuration.Format(duration),
        IEnumerable<string> list => string.Join(',', list),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}
