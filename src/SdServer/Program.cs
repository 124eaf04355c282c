using System.Globalization;
using HttpSd.SdServer;
using HttpSd.SdServer.Door;
using HttpSd.ServiceDefaults;

const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", SocketThreads = "DOTNET_SYSTEM_NET_SOCKETS_THREAD_COUNT";

if (ProcessCommandLine.AsksForHelp(args))
{
    ProcessCommandLine.WriteHelp(Console.Out, "HttpSd.SdServer", "Answers Prometheus' HTTP service discovery from the lists in Redis.", ("Server", new ServerOptions()), ("Server:Auth", new AuthOptions()), ("Server:Tls", new TlsOptions()));
    return 0;
}

// Before the first socket: a list in memory goes out on the thread that has read its request. In a process that does
// other things beside, those would run there, too.
if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
{
    Environment.SetEnvironmentVariable(InlineCompletions, "1");
    // Half of the cores answer; on all of them they would stand in the way of those who ask and of large lists.
    if (Environment.GetEnvironmentVariable(SocketThreads) is null)
        Environment.SetEnvironmentVariable(SocketThreads, Math.Max(1, Environment.ProcessorCount / 2).ToString(CultureInfo.InvariantCulture));
}

return await ExitCodes.OfAsync(async () =>
{
    await SdServerApp.Create(args).RunAsync();
    return 0;
});
