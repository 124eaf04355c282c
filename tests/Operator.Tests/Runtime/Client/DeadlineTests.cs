using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Tests.Runtime.Scripted;
using HttpSd.ServiceDefaults;
using k8s;

namespace HttpSd.Operator.Tests.Runtime.Client;

public class DeadlineTests
{
    [Theory]
    [InlineData("headers")]
    [InlineData("body")]
    public async Task A_call_whose_answer_does_not_end_is_given_up(string what)
    {
        await using var api = await ScriptedApi.StartAsync();
        api.List = (c, _) => what == "body" ? c.SilenceAsync("{") : Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        using var kubernetes = new KubernetesFactory(
            new KubernetesOptions { RequestTimeout = TimeSpan.FromMilliseconds(300) }, new ClientMetrics(new ProcessMetrics()),
            TimeProvider.System, new Jitter(new Random(1))).Create(new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{api.Port}" });
        await FluentActions.Awaiting(() => kubernetes.CoreV1.ListNamespacedConfigMapAsync("x").WaitAsync(TimeSpan.FromSeconds(8)))
            .Should().ThrowAsync<HttpRequestException>().WithMessage("No whole answer within 0.3 s.");
    }

    [Fact]
    public async Task A_call_that_is_put_off_is_done_again_and_each_try_counted()
    {
        await using var api = await ScriptedApi.StartAsync();
        api.List = (c, n) => n == 1 ? c.RefuseAsync(429, retryAfter: 0) : c.ItemsAsync("1");
        var metrics = new ProcessMetrics();
        using var kubernetes = new KubernetesFactory(new KubernetesOptions(), new ClientMetrics(metrics), TimeProvider.System, new Jitter(new Random(1)))
            .Create(new KubernetesClientConfiguration { Host = $"http://127.0.0.1:{api.Port}" });
        (await kubernetes.CoreV1.ListNamespacedConfigMapAsync("x")).Items.Should().BeEmpty();
        using var text = new MemoryStream();
        await metrics.Registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        System.Text.Encoding.UTF8.GetString(text.ToArray()).Should()
            .Contain($"rest_client_requests_total{{code=\"429\",method=\"GET\",host=\"127.0.0.1:{api.Port}\"}} 1")
            .And.Contain($"rest_client_requests_total{{code=\"200\",method=\"GET\",host=\"127.0.0.1:{api.Port}\"}} 1");
    }
}
