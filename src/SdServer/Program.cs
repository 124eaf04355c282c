using HttpSd.SdServer;
using HttpSd.SdServer.Door;
using HttpSd.ServiceDefaults;

if (ProcessCommandLine.AsksForHelp(args))
{
    ProcessCommandLine.WriteHelp(Console.Out, "HttpSd.SdServer", "Answers Prometheus' HTTP service discovery from the lists in Redis.", ("Server", new ServerOptions()), ("Server:Auth", new AuthOptions()), ("Server:Tls", new TlsOptions()));
    return 0;
}

return await ExitCodes.OfAsync(async () =>
{
    await SdServerApp.Create(args).RunAsync();
    return 0;
});
