using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

/// <summary>A server on loopback that answers lists and watches as a test says, the n-th from 1 on.</summary>
internal sealed class ScriptedApi : IAsyncDisposable
{
    private readonly WebApplication app;
    private int lists;
    private int watches;

    private ScriptedApi(WebApplication app) => this.app = app;

    public Func<HttpContext, int, Task> List { get; set; } = (c, _) => c.ItemsAsync("1");

    public Func<HttpContext, int, Task> Watch { get; set; } = (c, _) => c.SilenceAsync();

    public ConcurrentQueue<string> Requests { get; } = [];

    public ConcurrentQueue<string> Agents { get; } = [];

    public int Lists => Volatile.Read(ref lists);

    public int Watches => Volatile.Read(ref watches);

    public int Port => new Uri(app.Urls.Single()).Port;

    public static async Task<ScriptedApi> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l =>
        {
            l.Protocols = HttpProtocols.Http1AndHttp2;
            if (certificate is not null)
                l.UseHttps(certificate);
        }));
        var app = builder.Build();
        var api = new ScriptedApi(app);
        app.Run(api.AnswerAsync);
        await app.StartAsync();
        return api;
    }

    public async ValueTask DisposeAsync()
    {
        // Open watches would be waited for.
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Requests.Enqueue(context.Request.GetEncodedPathAndQuery());
        Agents.Enqueue(context.Request.Headers.UserAgent.ToString());
        return context.Request.Query["watch"] == "1"
            ? Watch(context, Interlocked.Increment(ref watches))
            : List(context, Interlocked.Increment(ref lists));
    }
}
