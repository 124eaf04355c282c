using System.Net;
using HttpSd.ServiceDefaults;
using Microsoft.AspNetCore.Builder;

namespace HttpSd.Cli.Tests.Serving;

public sealed class ReadinessTests
{
    [Fact]
    public async Task A_process_that_is_told_to_stop_is_not_ready_but_alive()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddHttpSdDefaults([$"--Redis:Url=redis://127.0.0.1:{HttpsdProcess.FreePort()}"]);
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapHttpSdDefaults(alive: () => true, ready: () => true);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        var before = (await client.GetAsync("/readyz")).StatusCode;

        app.Lifetime.StopApplication();

        before.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/readyz")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/healthz")).StatusCode.Should().Be(HttpStatusCode.OK);
    }
}
