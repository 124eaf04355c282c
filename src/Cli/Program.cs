using HttpSd.Cli.Commands;
using HttpSd.Worker.Runner.Host;

// The runner has no use for the command line's machinery, and starts faster without it.
return args is ["runner", .. var rest]
    ? await RunnerHost.RunAsync(RunnerHostOptions.Parse(rest), CancellationToken.None)
    : await Verbs.RunAsync(args);
