using System.CommandLine;
using HttpSd.ServiceDefaults;

namespace HttpSd.Cli.Commands;

/// <summary>The verbs, and how their ends become exit codes: 0, 1 (it failed), 2 (wrong usage).</summary>
internal static class Verbs
{
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
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync("error: " + error.Message);
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
            foreach (var setting in result.Tokens.Select(t => t.Value).Where(s => s.IndexOf('=') < s.IndexOf(':') + 2 || s.IndexOf(':') < 1))
                result.AddError($"--set {setting}: write it as Section:Name=value");
        });
        return set;
    }
}
