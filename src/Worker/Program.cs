using HttpSd.ServiceDefaults;
using HttpSd.Worker;
using HttpSd.Worker.Runner.Host;

// Two roles in one binary: the agent speaks Redis and holds its credentials, the runner executes scripts and
// holds nothing.
if (args is ["runner", .. var rest])
    return await RunnerHost.RunAsync(RunnerHostOptions.Parse(rest), CancellationToken.None);

return await ExitCodes.OfAsync(async () =>
{
    await WorkerApp.Create(args).RunAsync();
    return 0;
});
