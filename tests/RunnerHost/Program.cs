using HttpSd.Worker.Runner.Host;

// A runner process for tests: nothing but the host.
return await RunnerHost.RunAsync(RunnerHostOptions.Parse(args), CancellationToken.None);
