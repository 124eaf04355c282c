using HttpSd.Operator;
using HttpSd.Operator.Entities;
using HttpSd.ServiceDefaults;

// `crd` writes the CustomResourceDefinition; else the operator runs.
if (args is ["crd"])
{
    CrdCommand.Write(Console.Out);
    return 0;
}

return await ExitCodes.OfAsync(async () =>
{
    await OperatorApp.Create(args).RunAsync();
    // Not 0 when leadership was lost: whoever started the process has to start it again.
    return Environment.ExitCode;
});
