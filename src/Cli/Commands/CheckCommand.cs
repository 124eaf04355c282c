using System.CommandLine;
using HttpSd.Cli.Check;

namespace HttpSd.Cli.Commands;

internal static class CheckCommand
{
    public static Command Build()
    {
        var paths = Verbs.PathsArgument("Files and folders, as for serve.");
        var output = new Option<string>("--output")
        {
            Description = "How to print: table or json.",
            HelpName = "json|table",
            DefaultValueFactory = _ => "table",
        };
        output.Validators.Add(result =>
        {
            if (result.Tokens is [var form] && form.Value is not ("table" or "json"))
                result.AddError($"--output is {form.Value}, but must be table or json");
        });
        var settings = Verbs.SettingsOption();
        var check = new Command("check", "Run every generator once, as a worker would, and say what comes of it.")
        {
            paths, output, settings,
        };
        check.SetAction((parsed, cancellationToken) => CheckHost.RunAsync(
            parsed.GetValue(paths)!, parsed.GetValue(output) == "json" ? CheckOutput.Json : CheckOutput.Table, parsed.GetValue(settings) ?? [], Console.Out, cancellationToken));
        return check;
    }
}
