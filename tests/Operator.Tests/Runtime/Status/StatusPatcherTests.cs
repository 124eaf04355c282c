using System.Text.Json.Nodes;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Runtime.Status;
using k8s;
using k8s.Models;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Status;

public sealed class StatusPatcherTests : IAsyncLifetime
{
    private const string Path = "/apis/test.httpsd.io/v1/namespaces/ns/widgets/a";

    private readonly FakeTimeProvider time = new(new DateTimeOffset(2030, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));
    private ScriptedApiServer server = null!;
    private k8s.Kubernetes kubernetes = null!;
    private StatusPatcher patcher = null!;

    public async ValueTask InitializeAsync()
    {
        server = await ScriptedApiServer.StartAsync();
        kubernetes = server.Connect();
        patcher = new StatusPatcher(kubernetes, new SingleProcess(), "operator");
        server.Put(Path, (JsonObject)JsonNode.Parse(KubernetesJson.Serialize(Widget.Named("a")))!);
    }

    public async ValueTask DisposeAsync()
    {
        kubernetes.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_status_is_written_once_and_then_never_again()
    {
        var first = await patcher.ApplyAsync(Read(), Desired(Read()), default);
        first.Outcome.Should().Be(StatusOutcome.Written);
        time.Advance(TimeSpan.FromHours(1));
        (await patcher.ApplyAsync(first.Entity, Desired(first.Entity), default)).Outcome.Should().Be(StatusOutcome.Unchanged);
        (await patcher.ApplyAsync(Read(), Desired(Read()), default)).Outcome.Should().Be(StatusOutcome.Unchanged);
        var request = server.Requests.Should().ContainSingle().Subject;
        request.Path.Should().Be(Path + "/status");
        request.Query.Should().Contain("fieldManager=operator");
        Read().Status!.Conditions.Should().ContainSingle()
            .Which.LastTransitionTime.Should().Be(new DateTime(2030, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    [Fact]
    public async Task Only_what_changed_is_sent_with_the_version_that_was_looked_at()
    {
        await patcher.ApplyAsync(Read(), new JsonObject { ["replicas"] = 1, ["text"] = "old" }, default);
        var stored = Read();
        await patcher.ApplyAsync(stored, new JsonObject { ["replicas"] = 2 }, default);
        server.Requests.Last().Body.Should().Be(
            $$$"""{"metadata":{"resourceVersion":"{{{stored.Metadata.ResourceVersion}}}"},"status":{"text":null,"replicas":2}}""");
        Read().Status!.Should().BeEquivalentTo(new WidgetStatus { Replicas = 2 });
    }

    [Fact]
    public async Task An_old_version_is_a_conflict_and_a_missing_object_is_gone()
    {
        var stored = Read();
        server.Put(Path, server.Find(Path)!);
        (await patcher.ApplyAsync(stored, new JsonObject { ["replicas"] = 1 }, default)).Outcome.Should().Be(StatusOutcome.Conflict);
        server.Remove(Path);
        (await patcher.ApplyAsync(stored, new JsonObject { ["replicas"] = 1 }, default)).Outcome.Should().Be(StatusOutcome.Gone);
    }

    [Fact]
    public async Task A_refusal_is_an_exception()
    {
        server.Refuses = 422;
        await FluentActions.Awaiting(() => patcher.ApplyAsync(Widget.Named("a"), new JsonObject { ["replicas"] = 1 }, default))
            .Should().ThrowAsync<k8s.Autorest.HttpOperationException>();
    }

    [Fact]
    public void A_condition_moves_its_time_only_when_its_status_flips()
    {
        var first = new ConditionList(null, 1, time).Set("Ready", true, "Fine", "1 of 1").Items;
        time.Advance(TimeSpan.FromHours(1));
        var same = new ConditionList(first, 2, time).Set("Ready", true, "Fine", "2 of 2").Find("Ready")!;
        same.LastTransitionTime.Should().Be(first[0].LastTransitionTime);
        same.ObservedGeneration.Should().Be(2);
        same.Message.Should().Be("2 of 2");
        var flipped = new ConditionList(first, 2, time).Set("Ready", null, "Unclear", "").Find("Ready")!;
        flipped.Status.Should().Be("Unknown");
        flipped.LastTransitionTime.Should().Be(first[0].LastTransitionTime.AddHours(1));
        first[0].Status.Should().Be("True");
        new ConditionList(first, 2, time).Remove("Ready").Items.Should().BeEmpty();
    }

    [Fact]
    public void Only_members_named_like_times_lose_their_fractions() =>
        WholeSeconds.Of((JsonObject)JsonNode.Parse(
            """{"lastTime":"2030-01-01T00:00:00.123456Z","token":"2030-01-01T00:00:00.5Z","list":[{"startTime":"2030-01-01T02:00:00+02:00"}],"meanTime":"10:30"}""")!)
            .ToJsonString().Should().Be(
            """{"lastTime":"2030-01-01T00:00:00Z","token":"2030-01-01T00:00:00.5Z","list":[{"startTime":"2030-01-01T00:00:00Z"}],"meanTime":"10:30"}""");

    private JsonObject Desired(Widget widget) => new()
    {
        ["replicas"] = 3,
        ["parts"] = new JsonObject { ["one"] = "1" },
        ["conditions"] = new ConditionList(widget.Status?.Conditions, widget.Metadata.Generation, time).Set("Ready", true, "Fine", "").ToJson(),
    };

    private Widget Read() => KubernetesJson.Deserialize<Widget>(server.Find(Path)!.ToJsonString());
}
