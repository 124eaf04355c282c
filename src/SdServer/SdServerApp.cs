using HttpSd.Redis;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Admin;
using HttpSd.SdServer.Debug;
using HttpSd.SdServer.Discovery;
using HttpSd.SdServer.Door;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Metrics;
using HttpSd.SdServer.Reload;
using HttpSd.ServiceDefaults;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer;

/// <summary>The HTTP SD server as an application: target lists, reload, debug, the page for people, health and metrics.</summary>
public static class SdServerApp
{
    /// <summary>Builds it; the caller runs it.</summary>
    /// <param name="commandLine"><c>--Section:Name=value</c>.</param>
    /// <param name="configure">What the host adds.</param>
    public static WebApplication Create(string[] commandLine, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddHttpSdDefaults(commandLine);
        builder.Services.AddDefinitionWatcher();
        builder.Services.AddSettings<ServerOptions>("Server");
        builder.Services.AddSettings<AuthOptions>("Server:Auth");
        builder.Services.AddSettings<TlsOptions>("Server:Tls");
        builder.Services.AddServer();
        configure?.Invoke(builder);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseSockets(s => s.UnsafePreferInlineScheduling = true);
        var app = builder.Build();
        Listen(app);
        Map(app);
        return app;
    }

    private static void AddServer(this IServiceCollection services)
    {
        services.AddOptions<HostOptions>().Configure<IOptions<ServerOptions>>(
            (host, server) => host.ShutdownTimeout = server.Value.ShutdownTimeout);
        services.AddHostedService<Drain>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<ServerOptions>>(Listening.Bound);
        services.AddOptions<KestrelServerOptions>().Configure<TlsFiles, IOptions<TlsOptions>>(Listening.Encrypt);
        services.AddDoor();
        services.AddSingleton<StoreCircuit>();
        services.AddSingleton<ListMemory>();
        services.AddSingleton<ListSource>();
        services.AddHostedService<StoreWatch>();
        services.AddSingleton<Demand>();
        services.AddHostedService<DemandLoop>();
        services.AddSingleton<HotPaths>();
        services.AddSingleton<ListLookup>();
        services.AddSingleton<WaitingLookup>();
        services.AddSingleton<AnswerWriter>();
        services.AddSingleton<PrefixLists>();
        services.AddSingleton<ReloadMarks>();
        services.AddSingleton<ReloadLimit>();
        services.AddSingleton<ReloadEndpoint>();
        services.AddSingleton<DebugEndpoint>();
        services.AddSingleton<TargetsMiddleware>();
        services.AddSingleton<ServerMetrics>();
        services.AddSingleton<GeneratorStates>();
        services.AddSingleton<GeneratorGauges>();
        services.AddSingleton<DefinitionCleanup>();
        services.AddSingleton<AdminPage>();
    }

    private static void Listen(WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value;
        // ASP.NET Core's own setting counts when ours is not set.
        if (app.Configuration["urls"] is { Length: > 0 } && app.Configuration["Server:Urls"] is null)
            return;
        if (!app.Services.GetRequiredService<TlsFiles>().IsOn && options.Urls.Contains("https://", StringComparison.OrdinalIgnoreCase))
        {
            throw new OptionsValidationException(
                "Server", typeof(ServerOptions), [$"Server:Urls is '{options.Urls}', but must be http:// while Server:Tls:CertificateFile is not set"]);
        }
        app.Urls.Clear();
        foreach (var url in options.Urls.Split(';'))
            app.Urls.Add(url);
    }

    private static void Map(WebApplication app)
    {
        var prefix = app.Services.GetRequiredService<IOptions<ServerOptions>>().Value.Prefix;
        var definitions = app.Services.GetRequiredService<DefinitionWatcher>();
        var targets = app.Services.GetRequiredService<TargetsMiddleware>();
        ((IApplicationBuilder)app).Use(app.Services.GetRequiredService<DoorMiddleware>().Wrap);
        ((IApplicationBuilder)app).Use(targets.Wrap);
        app.UseRouting();
        app.Use((context, next) => context.GetEndpoint() is null
            ? AnswerWriter.WriteErrorAsync(context, StatusCodes.Status404NotFound, ErrorBodies.NotFound)
            : next(context));
        app.Services.GetRequiredService<GeneratorGauges>();
        app.Services.GetRequiredService<DefinitionCleanup>();
        var page = app.Services.GetRequiredService<AdminPage>();
        app.MapGet(prefix + "/", page.WriteAsync);
        // Probes and scrapes find their paths without the prefix, too.
        app.MapHttpSdDefaults(alive: () => true, ready: () => definitions.Loaded);
        if (prefix.Length > 0)
            app.MapGroup(prefix).MapHttpSdDefaults(alive: () => true, ready: () => definitions.Loaded);
    }
}
