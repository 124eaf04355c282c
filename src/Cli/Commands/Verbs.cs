using System.CommandLine;
using HttpSd.ServiceDefaults;

namespace HttpSd.Cli.Commands;

/// <summary>The verbs, and how their ends become exit codes: 0, 1 (it failed), 2 (wrong usage).</summary>
internal static class Verbs
{
    private static readonly string[] Sections = ["Server", "Worker", "Redis", "Queue", "Logging"];

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("HttpSd: target lists for Prometheus, made by scripts.")
        {
            ServeCommand.Build(),
            CheckCommand.Build(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            string[] errors = parsed.CommandResult.Command is RootCommand && parsed.UnmatchedTokens is var unknown
                ? [unknown is [var first, ..] ? $"{first} is not a command; there are serve and check" : "a command is missing; there are serve and check"]
                : [.. parsed.Errors.Select(e => e.Message)];
            foreach (var error in errors)
                await Console.Error.WriteLineAsync("error: " + error);
            await Console.Error.WriteLineAsync("See httpsd --help.");
            return ExitCodes.WrongUsage;
        }
        // The hosts stop in their own order and time; nobody else cuts them short.
        return await ExitCodes.OfAsync(() => parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        }));
    }

    /// <summary>Refuses a path that isn't there while the command line is read.</summary>
    public static Argument<string[]> PathsArgument(string description)
    {
        var paths = new Argument<string[]>("PATH") { Description = description, Arity = ArgumentArity.OneOrMore };
        paths.Validators.Add(result =>
        {
            foreach (var path in result.Tokens.Select(t => t.Value).Where(p => !Path.Exists(p)))
                result.AddError(path.StartsWith('-') ? $"{path} is not an option of this command" : $"{path}: there is no such file or folder");
        });
        return paths;
    }

    /// <summary>Further settings, of every section.</summary>
    public static Option<string[]> SettingsOption()
    {
        var set = new Option<string[]>("--set")
        {
            Description = "A setting, such as Server:MaxWait=5s or Worker:RetryDelay=1s. Can be repeated.",
            HelpName = "SECTION:NAME=VALUE",
        };
        set.Validators.Add(result =>
        {
            foreach (var setting in result.Tokens.Select(t => t.Value))
            {
                if (setting.IndexOf('=') < setting.IndexOf(':') + 2 || setting.IndexOf(':') < 1)
                    result.AddError($"--set {setting}: write it as Section:Name=value");
                else if (!Sections.Contains(setting[..setting.IndexOf(':')], StringComparer.OrdinalIgnoreCase))
                    result.AddError($"--set {setting}: there is no such section; there are {string.Join(", ", Sections)}");
            }
        });
        return set;
    }
}
