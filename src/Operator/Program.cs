using HttpSd.Operator;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Setup;
using HttpSd.ServiceDefaults;

// `crd` writes the CustomResourceDefinitions, or the one that is named; else the operator runs.
if (args is ["crd", .. { Length: <= 1 } plural])
    return CrdCommand.Run(Console.Out, Console.Error, plural.FirstOrDefault());

// What an installation needs once, run by Jobs of the chart.
if (SetupCommand.Find(args) is { } setup)
    return await setup.RunAsync(args[1..], Console.Out, Console.Error);

if (ProcessCommandLine.AsksForHelp(args))
{
    ProcessCommandLine.WriteHelp(
        Console.Out,
        "HttpSd.Operator",
        "Turns TargetGenerator objects into definitions in Redis, and says in their status how they are doing. Scales the Deployments of WorkerPools by their queues. `crd [PLURAL]` prints their CustomResourceDefinitions; `create-secret` and `apply-pools` are for the chart's Jobs.",
        ("Operator", new OperatorOptions()),
        ("Kubernetes", new KubernetesOptions()));
    return 0;
}

return await ExitCodes.OfAsync(async () =>
{
    await OperatorApp.Create(args).RunAsync();
    // Not 0 when leadership was lost: whoever started the process has to start it again.
    return Environment.ExitCode;
});
