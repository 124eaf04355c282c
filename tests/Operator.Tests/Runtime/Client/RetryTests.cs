using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;
using HttpSd.Operator.Runtime.Client;
using HttpSd.ServiceDefaults;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Client;

public sealed class RetryTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly ProcessMetrics metrics = new();
    private readonly Script script = new();
    private readonly HttpMessageInvoker client;

    public RetryTests() =>
        client = new HttpMessageInvoker(new RetryHandler(new KubernetesOptions(), time, new Jitter(new Random(1)))
        {
            InnerHandler = new RequestMetricsHandler(new ClientMetrics(metrics), time) { InnerHandler = script },
        });

    public void Dispose() => client.Dispose();

    [Theory]
    [InlineData("GET", 429)]
    [InlineData("POST", 429)]
    [InlineData("PATCH", 503)]
    [InlineData("DELETE", 503)]
    public async Task What_the_server_puts_off_is_done_again_when_it_says_whatever_the_verb(string verb, int code)
    {
        script.Answer = n => n == 1 ? Refusal(code, 3) : new HttpResponseMessage(HttpStatusCode.OK);
        var call = client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), "http://api/x"), default);
        time.Advance(TimeSpan.FromSeconds(2.9));
        script.Calls.Should().Be(1, "it isn't asked earlier than it said");
        time.Advance(TimeSpan.FromSeconds(1));
        (await call).StatusCode.Should().Be(HttpStatusCode.OK);
        script.Calls.Should().Be(2);
    }

    [Theory]
    [InlineData("GET", 5)]
    [InlineData("POST", 1)]
    public async Task Without_a_word_on_when_only_reads_are_tried_again_and_not_for_ever(string verb, int calls)
    {
        script.Answer = _ => Refusal(503, null);
        (await RunAsync(verb)).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        script.Calls.Should().Be(calls);
    }

    [Theory]
    [InlineData("GET", 5)]
    [InlineData("PATCH", 1)]
    public async Task A_connection_error_is_tried_again_for_reads_alone(string verb, int calls)
    {
        script.Answer = _ => throw new HttpRequestException("refused");
        await FluentActions.Awaiting(() => RunAsync(verb)).Should().ThrowAsync<HttpRequestException>();
        script.Calls.Should().Be(calls);
    }

    [Fact]
    public async Task A_certificate_that_is_wrong_stays_wrong()
    {
        script.Answer = _ => throw new HttpRequestException("tls", new AuthenticationException());
        await FluentActions.Awaiting(() => RunAsync("GET")).Should().ThrowAsync<HttpRequestException>();
        script.Calls.Should().Be(1);
    }

    [Fact]
    public async Task A_wait_beyond_the_limit_is_passed_on()
    {
        script.Answer = _ => Refusal(429, 3600);
        (await RunAsync("GET")).StatusCode.Should().Be(HttpStatusCode.TooManyRequests);
        script.Calls.Should().Be(1);
    }

    [Theory]
    [InlineData(409)]
    [InlineData(404)]
    [InlineData(500)]
    public async Task Other_answers_are_answers(int code)
    {
        script.Answer = _ => Refusal(code, null);
        ((int)(await RunAsync("GET")).StatusCode).Should().Be(code);
        script.Calls.Should().Be(1);
    }

    [Fact]
    public async Task Every_try_is_counted_under_the_names_that_dashboards_know()
    {
        script.Answer = n => n switch
        {
            1 => Refusal(429, 1),
            2 => throw new HttpRequestException("refused"),
            _ => new HttpResponseMessage(HttpStatusCode.OK),
        };
        await RunAsync("GET");
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        System.Text.Encoding.UTF8.GetString(text.ToArray()).Should()
            .Contain("rest_client_requests_total{code=\"429\",method=\"GET\",host=\"api\"} 1")
            .And.Contain("rest_client_requests_total{code=\"<error>\",method=\"GET\",host=\"api\"} 1")
            .And.Contain("rest_client_requests_total{code=\"200\",method=\"GET\",host=\"api\"} 1")
            .And.Contain("rest_client_request_duration_seconds_count{verb=\"GET\",host=\"api\"} 3");
    }

    private async Task<HttpResponseMessage> RunAsync(string verb)
    {
        var call = client.SendAsync(new HttpRequestMessage(new HttpMethod(verb), "http://api/x"), default);
        for (var i = 0; i < 1000 && !call.IsCompleted; i++)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(1);
        }
        return await call;
    }

    private static HttpResponseMessage Refusal(int code, int? retryAfter)
    {
        var response = new HttpResponseMessage((HttpStatusCode)code);
        if (retryAfter is { } seconds)
            response.Headers.RetryAfter = new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds));
        return response;
    }

    private sealed class Script : HttpMessageHandler
    {
        public int Calls { get; private set; }

        public Func<int, HttpResponseMessage> Answer { get; set; } = _ => new HttpResponseMessage(HttpStatusCode.OK);

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Calls++;
            return Task.FromResult(Answer(Calls));
        }
    }
}
