using HttpSd.ServiceDefaults;
namespace HttpSd.SdServer;
/// <summary>Stub.</summary>
public static class SdServerApp { 
/// <summary>Stub.</summary>
public static WebApplication Create(string[] commandLine, Action<WebApplicationBuilder>? configure = null) {
 var b = WebApplication.CreateSlimBuilder(); b.AddHttpSdDefaults(commandLine); configure?.Invoke(b); b.Services.AddSettings<ServerOptions>("Server"); var a = b.Build(); a.Urls.Add("http://127.0.0.1:8080"); a.MapHttpSdDefaults(()=>true,()=>true); return a; } }
/// <summary>Stub.</summary>
public sealed class ServerOptions { 
/// <summary>Stub.</summary>
public string PathPrefix {get;set;} = "";
/// <summary>Stub.</summary>
public string Urls {get;set;} = "";
 }
