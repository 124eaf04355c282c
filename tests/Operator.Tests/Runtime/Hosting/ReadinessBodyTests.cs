using System.Net;
using HttpSd.ServiceDefaults;
using Microsoft.AspNetCore.Builder;

namespace HttpSd.Operator.Tests.Runtime.Hosting;

public sealed class ReadinessBodyTests
{
    [Theory]
    [InlineData(true, HttpStatusCode.OK, "ok\nthings: 403 forbidden\n")]
    [InlineData(false, HttpStatusCode.ServiceUnavailable, "not ready\nthings: 403 forbidden\n")]
    public async Task Troubles_are_lines_below_an_answer_that_they_do_not_change(bool ready, HttpStatusCode status, string body)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddHttpSdDefaults(["--Redis:Url=redis://127.0.0.1:1"]);
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapHttpSdDefaults(alive: () => true, ready: () => ready, troubles: () => ["things: 403 forbidden"]);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        var answer = await client.GetAsync("/readyz", TestContext.Current.CancellationToken);

        answer.StatusCode.Should().Be(status);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).Should().Be(body);
        (await client.GetStringAsync("/healthz", TestContext.Current.CancellationToken)).Should().Be("ok\n");
    }
}
