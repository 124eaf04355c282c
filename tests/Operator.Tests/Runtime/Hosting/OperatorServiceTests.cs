using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.LeaderElection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Hosting;

public sealed class OperatorServiceTests : IAsyncLifetime
{
    private const string Lease = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/op-leader";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();
    private ScriptedApiServer server = null!;

    public async ValueTask InitializeAsync() => server = await ScriptedApiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task It_reads_then_leads_then_prepares_then_works_and_stops_backwards()
    {
        await using var run = new OperatorRun(server, time);
        await run.StartAsync();
        run.Health.Ready.Should().BeFalse();
        await time.PassAsync(2 * Second);
        server.Requests.Should().BeEmpty("nobody leads before everything is read");
        run.Diary.OnSyncedFailures = 1;
        run.Store.Put(Widget.Named("a"));
        run.Reflector.Synced = true;
        await time.UntilAsync(() => run.Diary.Count("reconcile") == 1 && run.Diary.Count("task") == 1, 12 * Second);
        run.Health.Ready.Should().BeTrue();
        run.Diary.Lines.Take(3).Should().Equal("reading", "first", "first");
        await run.Get<EventPublisher>()(Widget.Named("a"), "Ready", "x");
        await StopAsync(run);
        run.Health.Ready.Should().BeFalse();
        run.Diary.Lines.TakeLast(2).Should().Equal("task ended", "reading ended");
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().BeEmpty();
        server.Requests.Last().Path.Should().Be(Lease, "nothing is written after the release");
        server.Under("/api/v1/namespaces/ns/events").Should().HaveCount(1);
        run.Diary.Code.Should().Be(0);
    }

    [Fact]
    public async Task A_second_replica_is_ready_and_idle_until_the_first_has_stopped()
    {
        await using var first = new OperatorRun(server, time);
        await using var second = new OperatorRun(server, time, "two");
        await LeadAsync(first);
        second.Reflector.Synced = true;
        second.Store.Put(Widget.Named("a"));
        await second.StartAsync();
        await time.UntilAsync(() => second.Health.Ready, 5 * Second);
        await time.PassAsync(5 * Second);
        second.Diary.Lines.Should().Equal("reading");
        await StopAsync(first);
        await time.UntilAsync(() => second.Diary.Count("reconcile") == 1, 10 * Second);
        await StopAsync(second);
    }

    [Fact]
    public async Task A_running_reconcile_may_end_before_the_lease_is_released()
    {
        var block = new TaskCompletionSource();
        await using var run = new OperatorRun(server, time);
        run.Script.Reconcile = async (w, _) =>
        {
            run.Diary.Add("reconcile");
            await block.Task;
            run.Diary.Add("reconciled");
            return ReconciliationResult<Widget>.Success(w);
        };
        await LeadAsync(run);
        var stop = run.StopAsync();
        await time.PassAsync(20 * Second);
        stop.IsCompleted.Should().BeFalse();
        run.Get<ILeaderElection>().IsLeader.Should().BeTrue();
        block.SetResult();
        await time.UntilAsync(() => stop.IsCompleted, 12 * Second);
        run.Diary.Lines.Should().Contain("reconciled");
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().BeEmpty();
    }

    [Fact]
    public async Task Work_that_does_not_end_keeps_its_lease_to_its_own_end()
    {
        var never = new TaskCompletionSource<ReconciliationResult<Widget>>();
        await using var run = new OperatorRun(server, time);
        run.Script.Reconcile = (_, _) =>
        {
            run.Diary.Add("reconcile");
            return never.Task;
        };
        await LeadAsync(run);
        var stop = run.StopAsync();
        await time.UntilAsync(() => stop.IsCompleted, 45 * Second, Second / 2);
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().NotBeEmpty();
        never.SetResult(ReconciliationResult<Widget>.Success(Widget.Named("a")));
    }

    [Fact]
    public async Task A_lost_lease_cancels_everything_writes_nothing_and_ends_the_process_with_an_error()
    {
        var cancelled = false;
        await using var run = new OperatorRun(server, time);
        run.Script.Reconcile = async (w, token) =>
        {
            run.Diary.Add("reconcile");
            await using var noted = token.UnsafeRegister(_ => cancelled = true, null);
            await Task.Delay(Timeout.Infinite, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        await LeadAsync(run);
        Steal();
        await time.UntilAsync(() => run.Get<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested, 9 * Second);
        await Clock.SoonAsync(() => cancelled);
        var requests = server.Requests.Count;
        await run.Get<EventPublisher>()(Widget.Named("a"), "Ready", "x");
        await StopAsync(run);
        server.Requests.Should().HaveCount(requests);
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().Be("thief");
        run.Diary.Code.Should().Be(1);
        run.Diary.EndedNow.Should().Be(0);
    }

    [Fact]
    public async Task A_reconcile_that_ignores_the_loss_is_ended_with_the_process_after_five_seconds()
    {
        var never = new TaskCompletionSource<ReconciliationResult<Widget>>();
        await using var run = new OperatorRun(server, time);
        run.Script.Reconcile = (_, _) =>
        {
            run.Diary.Add("reconcile");
            return never.Task;
        };
        await LeadAsync(run);
        Steal();
        await time.UntilAsync(() => run.Diary.Code == 1, 9 * Second);
        (await time.UntilAsync(() => run.Diary.EndedNow == 1, 8 * Second)).Should().BeGreaterThan(4 * Second);
        never.SetResult(ReconciliationResult<Widget>.Success(Widget.Named("a")));
        await StopAsync(run);
    }

    [Fact]
    public async Task What_changes_while_a_leader_prepares_is_told_when_it_works()
    {
        var block = new TaskCompletionSource();
        await using var run = new OperatorRun(server, time);
        run.Diary.First = _ => block.Task;
        run.Reflector.Synced = true;
        run.Store.Put(Widget.Named("a"));
        run.Store.Put(Widget.Named("b"));
        await run.StartAsync();
        await time.UntilAsync(() => run.Diary.Count("first") == 1, 9 * Second);
        run.Store.Remove(new EntityKey("ns", "a"));
        run.Script.Calls.Should().BeEmpty();
        block.SetResult();
        await Clock.SoonAsync(() => run.Script.Calls.Count == 2);
        run.Script.Calls.Should().BeEquivalentTo("gone a@uid-a", "b@1");
        await StopAsync(run);
    }

    [Fact]
    public async Task Preparations_that_never_end_are_no_life()
    {
        await using var run = new OperatorRun(server, time);
        run.Diary.First = token => Task.Delay(Timeout.Infinite, token);
        run.Reflector.Synced = true;
        await run.StartAsync();
        await time.UntilAsync(() => run.Diary.Count("first") == 1, 9 * Second);
        await time.PassAsync(9 * 60 * Second, Second);
        run.Health.Alive.Should().BeTrue();
        await time.UntilAsync(() => !run.Health.Alive, 62 * Second, Second);
        await StopAsync(run);
    }

    [Fact]
    public async Task Why_a_reflector_fails_is_told_beside_readiness()
    {
        await using var run = new OperatorRun(server, time);
        run.Reflector.Trouble = "widgets in all namespaces: 403 forbidden";
        run.Reflector.Synced = true;
        await run.StartAsync();
        await time.UntilAsync(() => run.Health.Ready, 5 * Second);
        run.Health.Troubles.Should().Equal("widgets in all namespaces: 403 forbidden");
        await StopAsync(run);
    }

    [Fact]
    public async Task It_is_alive_while_nothing_answers_and_not_when_a_loop_has_died()
    {
        await using var run = new OperatorRun(server, time);
        server.Cut("one");
        run.Reflector.Synced = true;
        await run.StartAsync();
        await time.UntilAsync(() => run.Health.Ready, 5 * Second);
        await time.PassAsync(20 * Second, Second);
        run.Health.Alive.Should().BeTrue();
        run.Reflector.Alive = false;
        run.Health.Alive.Should().BeFalse();
        await StopAsync(run);
    }

    private async Task LeadAsync(OperatorRun run)
    {
        run.Reflector.Synced = true;
        run.Store.Put(Widget.Named("a"));
        await run.StartAsync();
        await time.UntilAsync(() => run.Diary.Count("reconcile") == 1, 9 * Second);
    }

    private void Steal()
    {
        var lease = server.Find(Lease)!;
        lease["spec"]!["holderIdentity"] = "thief";
        server.Put(Lease, lease);
    }

    private async Task StopAsync(OperatorRun run)
    {
        var stop = run.StopAsync();
        await time.UntilAsync(() => stop.IsCompleted, 10 * Second);
        await stop;
    }
}
