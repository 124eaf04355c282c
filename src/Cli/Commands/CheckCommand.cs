using System.CommandLine;
using HttpSd.Cli.Check;

namespace HttpSd.Cli.Commands;

internal static class CheckCommand
{
    public static Command Build()
    {
        var paths = Verbs.PathsArgument("Files and folders, as for serve.");
        var output = new Option<CheckOutput>("--output") { Description = "table or json.", HelpName = "FORMAT" };
        var settings = Verbs.SettingsOption();
        var check = new Command("check", "Run every generator once, as a worker would, and say what comes of it.")
        {
            paths, output, settings,
        };
        check.SetAction((parsed, cancellationToken) => CheckHost.RunAsync(
            parsed.GetValue(paths)!, parsed.GetValue(output), parsed.GetValue(settings) ?? [], Console.Out, cancellationToken));
        return check;
    }
}
