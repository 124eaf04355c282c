using HttpSd.SdServer;

await SdServerApp.Create(args).RunAsync();
