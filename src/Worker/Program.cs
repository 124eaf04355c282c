using HttpSd.ServiceDefaults;
using HttpSd.Worker;
using HttpSd.Worker.Runner.Host;

// Two roles in one binary: the agent speaks Redis and holds its credentials, the runner executes scripts and
// holds nothing.
if (args is ["runner", .. var rest])
    return await RunnerHost.RunAsync(RunnerHostOptions.Parse(rest), CancellationToken.None);

if (ProcessCommandLine.AsksForHelp(args))
{
    ProcessCommandLine.WriteHelp(Console.Out, "HttpSd.Worker", "Takes jobs from Redis, runs their scripts and stores the lists.", ("Worker", new WorkerOptions()));
    return 0;
}

return await ExitCodes.OfAsync(async () =>
{
    await WorkerApp.Create(args).RunAsync();
    return 0;
});
