using System.Net;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Controller;
using k8s.Autorest;

namespace HttpSd.Operator.Tests.Runtime.Controller;

public sealed class ControllerLoopTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task What_is_in_the_store_at_the_start_and_what_comes_later_is_reconciled()
    {
        await using var run = new RunningLoop(fill: s => s.Put(Widget.Named("a")));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Put(Widget.Named("b"));
        await Clock.SoonAsync(() => run.Script.Count("b") == 1);
    }

    [Fact]
    public async Task A_fault_that_no_outcome_covers_costs_neither_the_worker_nor_the_key()
    {
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        run.Script.Reconcile = (w, _) => run.Script.Calls.Count == 1
            ? throw new WordlessException()
            : Task.FromResult(ReconciliationResult<Widget>.Success(w));
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Put(Widget.Named("b"));
        await Clock.SoonAsync(() => run.Script.Count("b") == 1);
        await run.Time.UntilAsync(() => run.Script.Count("a") == 2, Second);
        run.Loop.Alive.Should().BeTrue();
    }

    [Fact]
    public async Task A_reconcile_that_met_an_answer_that_is_no_status_is_tried_again()
    {
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        using var response = new HttpResponseMessage(HttpStatusCode.BadGateway);
        var refused = new HttpOperationException("refused") { Response = new HttpResponseMessageWrapper(response, "{\"code\":\"x\"}") };
        run.Script.Reconcile = (w, _) => run.Script.Calls.Count == 1
            ? throw refused
            : Task.FromResult(ReconciliationResult<Widget>.Success(w));
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await run.Time.UntilAsync(() => run.Script.Count("a") == 2, Second);
        (await run.SeriesAsync("controller_runtime_reconcile_errors_total")).Should().Be("1");
    }

    [Fact]
    public async Task It_is_not_alive_when_the_rounds_over_all_objects_have_died()
    {
        // Longer than any timer.
        await using var run = new RunningLoop(o => (o.MinResync, o.MaxResync) = (TimeSpan.FromDays(100), TimeSpan.FromDays(100)));
        await Clock.SoonAsync(() => !run.Loop.Alive);
    }

    [Fact]
    public async Task A_change_of_status_causes_nothing()
    {
        await using var run = new RunningLoop(fill: s => s.Put(Widget.Named("a")));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Put(Widget.Named("a", version: 2));
        run.Store.Put(Widget.Named("b"));
        await Clock.SoonAsync(() => run.Script.Count("b") == 1);
        run.Script.Count("a").Should().Be(1);
    }

    [Fact]
    public async Task Changes_during_a_reconcile_are_one_more_with_the_newest_and_never_beside_it()
    {
        var first = new TaskCompletionSource();
        await using var run = new RunningLoop();
        run.Script.Reconcile = async (w, _) =>
        {
            if (w.Metadata.Generation == 1)
                await first.Task;
            return ReconciliationResult<Widget>.Success(w);
        };
        run.Store.Put(Widget.Named("a", 1));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Put(Widget.Named("a", 2, version: 2));
        run.Store.Put(Widget.Named("a", 3, version: 3));
        first.SetResult();
        await Clock.SoonAsync(() => run.Script.Count("a") == 2);
        await Task.Delay(20);
        run.Script.Calls.Should().Equal("a@1", "a@3");
        run.Script.MostPerKey.Should().Be(1);
    }

    [Fact]
    public async Task The_controller_gets_a_copy_of_its_own()
    {
        await using var run = new RunningLoop();
        run.Script.Reconcile = (w, _) =>
        {
            w.Metadata.Labels = new Dictionary<string, string> { ["mine"] = "yes" };
            return Task.FromResult(ReconciliationResult<Widget>.Success(w));
        };
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Find(new EntityKey("ns", "a"))!.Metadata.Labels.Should().BeNull();
    }

    [Fact]
    public async Task An_exception_is_tried_again_for_ever_and_kills_no_worker()
    {
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        run.Script.Reconcile = (_, _) => throw new InvalidOperationException("a fault");
        run.Store.Put(Widget.Named("a"));
        await run.Time.UntilAsync(() => run.Script.Count("a") >= 12, TimeSpan.FromHours(1), TimeSpan.FromSeconds(20));
        run.Script.Reconcile = (w, _) => Task.FromResult(ReconciliationResult<Widget>.Success(w));
        var done = run.Script.Count("a") + 1;
        await run.Time.UntilAsync(() => run.Script.Count("a") >= done, TimeSpan.FromMinutes(6), TimeSpan.FromSeconds(5));
        (await run.SeriesAsync("controller_runtime_reconcile_panics_total")).Should().NotBe("0");
        run.Loop.Alive.Should().BeTrue();
    }

    [Fact]
    public async Task A_failure_without_a_time_backs_off_and_one_with_a_time_keeps_it()
    {
        await using var run = new RunningLoop();
        run.Script.Reconcile = (w, _) => Task.FromResult(ReconciliationResult<Widget>.Failure(
            w, "no", requeueAfter: w.Metadata.Name == "timed" ? 30 * Second : null));
        run.Store.Put(Widget.Named("a"));
        run.Store.Put(Widget.Named("timed"));
        await Clock.SoonAsync(() => run.Script.Count("timed") == 1 && run.Script.Count("a") == 1);
        await run.Time.UntilAsync(() => run.Script.Count("a") == 2, Second, TimeSpan.FromMilliseconds(50));
        (await run.Time.UntilAsync(() => run.Script.Count("timed") == 2, 31 * Second, Second)).Should().BeGreaterThan(28 * Second);
    }

    [Fact]
    public async Task A_success_with_a_time_comes_back_then()
    {
        await using var run = new RunningLoop();
        run.Script.Reconcile = (w, _) => Task.FromResult(ReconciliationResult<Widget>.Success(w, 30 * Second));
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await Task.Delay(20);
        (await run.Time.UntilAsync(() => run.Script.Count("a") == 2, 31 * Second, Second)).Should().Be(30 * Second);
        (await run.SeriesAsync("controller_runtime_reconcile_total{controller=\"widget\",result=\"requeue_after\"}")).Should().NotBe("0");
    }

    [Fact]
    public async Task A_conflict_starts_over_at_once_and_is_no_error()
    {
        await using var run = new RunningLoop();
        var conflicts = new Queue<Exception>([new WriteConflictException(), Http(HttpStatusCode.Conflict)]);
        run.Script.Reconcile = (w, _) => conflicts.TryDequeue(out var conflict) ? throw conflict : Task.FromResult(ReconciliationResult<Widget>.Success(w));
        run.Store.Put(Widget.Named("a"));
        await run.Time.UntilAsync(() => run.Script.Count("a") == 3, 2 * Second, TimeSpan.FromMilliseconds(50));
        (await run.SeriesAsync("controller_runtime_reconcile_errors_total")).Should().Be("0");
    }

    [Fact]
    public async Task A_terminal_error_waits_for_a_change()
    {
        await using var run = new RunningLoop();
        run.Script.Reconcile = (_, _) => throw new TerminalException("hopeless");
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await run.Time.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(2));
        run.Script.Count("a").Should().Be(1);
        run.Store.Put(Widget.Named("a", 2, version: 2));
        await Clock.SoonAsync(() => run.Script.Count("a") == 2);
        (await run.SeriesAsync("controller_runtime_terminal_reconcile_errors_total")).Should().Be("2");
    }

    [Fact]
    public async Task A_reconcile_that_hangs_is_cancelled_and_tried_again()
    {
        await using var run = new RunningLoop();
        run.Script.Reconcile = async (w, token) =>
        {
            if (run.Script.Count("a") == 1)
                await Task.Delay(Timeout.Infinite, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await run.Time.UntilAsync(() => run.Script.Count("a") == 2, TimeSpan.FromSeconds(122), Second);
        (await run.SeriesAsync("controller_runtime_reconcile_timeouts_total")).Should().Be("1");
    }

    [Fact]
    public async Task A_reconcile_that_ignores_its_cancellation_is_seen_by_the_liveness_probe()
    {
        var never = new TaskCompletionSource<ReconciliationResult<Widget>>();
        await using var run = new RunningLoop();
        run.Script.Reconcile = (_, _) => never.Task;
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Time.Advance(TimeSpan.FromMinutes(6));
        run.Loop.Alive.Should().BeTrue();
        run.Time.Advance(TimeSpan.FromMinutes(1));
        run.Loop.Alive.Should().BeFalse();
        never.SetResult(ReconciliationResult<Widget>.Success(Widget.Named("a")));
    }

    [Fact]
    public async Task Every_object_comes_back_between_the_two_resync_times()
    {
        await using var run = new RunningLoop(
            o => (o.MinResync, o.MaxResync) = (TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)), s => s.Put(Widget.Named("a")));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await run.Time.UntilAsync(() => run.Script.Count("a") == 2, TimeSpan.FromMinutes(31), TimeSpan.FromMinutes(1));
        for (var n = 3; n < 8; n++)
        {
            var gap = await run.Time.UntilAsync(() => run.Script.Count("a") == n, TimeSpan.FromMinutes(31), TimeSpan.FromMinutes(1));
            gap.Should().BeGreaterThan(TimeSpan.FromMinutes(8));
        }
    }

    private static HttpOperationException Http(HttpStatusCode status) =>
        new() { Response = new HttpResponseMessageWrapper(new HttpResponseMessage(status), "") };

    private sealed class WordlessException : Exception
    {
        public override string Message => throw new InvalidOperationException("scripted");
    }
}
