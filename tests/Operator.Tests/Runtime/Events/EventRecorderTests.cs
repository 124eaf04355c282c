using System.Text.Json.Nodes;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Events;
using HttpSd.Operator.Runtime.LeaderElection;
using k8s;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Events;

public sealed class EventRecorderTests : IAsyncLifetime
{
    private const string Events = "/api/v1/namespaces/ns/events";
    private static readonly EventOptions Options = new("operator", "operator-1");

    private readonly FakeTimeProvider time = new();
    private readonly Instruments instruments = new();
    private readonly Lost lost = new();
    private ScriptedApiServer server = null!;
    private k8s.Kubernetes kubernetes = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedApiServer.StartAsync();
        kubernetes = server.Connect();
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_same_again_is_counted_not_created()
    {
        await TellAsync(r =>
        {
            for (var n = 0; n < 5; n++)
                r.PublishAsync(Widget.Named("a"), "Ready", "all is well");
        });
        var written = server.Under(Events).Should().ContainSingle().Subject;
        written["count"]!.GetValue<int>().Should().Be(5);
        written["message"]!.ToString().Should().Be("all is well");
        written["reportingComponent"]!.ToString().Should().Be("operator");
        written["involvedObject"]!["kind"]!.ToString().Should().Be("Widget");
        written["involvedObject"]!["uid"]!.ToString().Should().Be("uid-a");
    }

    [Fact]
    public async Task Many_similar_messages_are_combined()
    {
        await TellAsync(r =>
        {
            for (var n = 0; n < 20; n++)
                r.PublishAsync(Widget.Named("a"), "Failed", $"attempt {n}", EventType.Warning);
        });
        server.Under(Events).Should().HaveCount(11);
        server.Under(Events).Select(e => e["message"]!.ToString()).Should().ContainSingle(m => m.StartsWith("(combined from similar events): attempt 19"));
    }

    [Fact]
    public async Task A_flood_about_one_object_is_dropped_and_others_are_still_told()
    {
        await TellAsync(r =>
        {
            for (var n = 0; n < 60; n++)
                r.PublishAsync(Widget.Named("a"), $"Reason{n}", "x");
            r.PublishAsync(Widget.Named("b"), "Ready", "x");
        });
        server.Under(Events).Count(e => e["involvedObject"]!["name"]!.ToString() == "a").Should().Be(25);
        server.Under(Events).Count(e => e["involvedObject"]!["name"]!.ToString() == "b").Should().Be(1);
    }

    [Fact]
    public async Task An_event_that_has_expired_begins_anew()
    {
        var recorder = NewRecorder();
        var running = recorder.RunAsync(default);
        await recorder.PublishAsync(Widget.Named("a"), "Ready", "x");
        await Clock.SoonAsync(() => server.Under(Events).Count == 1);
        server.Remove($"{Events}/{server.Under(Events)[0]["metadata"]!["name"]}");
        await recorder.PublishAsync(Widget.Named("a"), "Ready", "x");
        await Clock.SoonAsync(() => server.Under(Events).Count == 1);
        recorder.Flush();
        await running;
        server.Under(Events)[0]["count"]!.GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task A_server_in_trouble_is_tried_again_and_a_refusal_is_final()
    {
        var recorder = NewRecorder();
        var running = recorder.RunAsync(default);
        server.Refuses = 503;
        await recorder.PublishAsync(Widget.Named("a"), "Ready", "x");
        await time.UntilAsync(() => server.Requests.Count == 3, TimeSpan.FromSeconds(40));
        server.Refuses = 403;
        await time.UntilAsync(() => server.Requests.Count == 4, TimeSpan.FromSeconds(20));
        await time.PassAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(2));
        server.Requests.Should().HaveCount(4);
        recorder.Flush();
        await running;
    }

    [Fact]
    public async Task A_full_queue_makes_nobody_wait()
    {
        var recorder = NewRecorder();
        for (var n = 0; n < 1100; n++)
            recorder.PublishAsync(Widget.Named("a"), "Ready", "x").IsCompletedSuccessfully.Should().BeTrue();
        (await instruments.TextAsync()).Should().Contain("httpsd_operator_events_total{result=\"dropped\"} 100");
    }

    [Fact]
    public async Task Nothing_is_written_after_leadership_is_lost()
    {
        lost.Yes = true;
        await TellAsync(r => r.PublishAsync(Widget.Named("a"), "Ready", "x"));
        server.Requests.Should().BeEmpty();
    }

    [Fact]
    public async Task An_event_about_a_cluster_wide_object_goes_to_the_default_namespace_and_its_text_is_bounded()
    {
        var widget = Widget.Named("a");
        widget.Metadata.NamespaceProperty = null;
        await TellAsync(r => r.PublishAsync(widget, "Ready", new string('x', 5000)));
        JsonObject written = server.Under("/api/v1/namespaces/default/events").Should().ContainSingle().Subject;
        written["message"]!.ToString().Should().HaveLength(1024);
    }

    private async Task TellAsync(Action<EventRecorder> publish)
    {
        var recorder = NewRecorder();
        publish(recorder);
        recorder.Flush();
        await recorder.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(10));
    }

    private EventRecorder NewRecorder() => new(
        new EventWriter(kubernetes, Options, time), lost, Options, instruments.Events, time, NullLogger<EventRecorder>.Instance);

    private sealed class Lost : ILeaderElection
    {
        public bool Yes { get; set; }

        public bool IsLeader => !Yes;

        public bool Alive => true;

        public Task AcquireAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task HoldAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task ReleaseAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
