using HttpSd.SdServer;
using HttpSd.ServiceDefaults;

return await ExitCodes.OfAsync(async () =>
{
    await SdServerApp.Create(args).RunAsync();
    return 0;
});
