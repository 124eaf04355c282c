using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Tests.Runtime.Controller;

public sealed class ControllerLoopDeletionTests
{
    private static readonly EntityKey Key = new("ns", "a");

    [Fact]
    public async Task A_deletion_is_told_until_it_was_taken()
    {
        await using var run = new RunningLoop(fill: s => s.Put(Widget.Named("a")));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Script.Deleted = (w, _) => Task.FromResult(
            run.Script.Count("gone a") < 3 ? ReconciliationResult<Widget>.Failure(w, "not yet") : ReconciliationResult<Widget>.Success(w));
        run.Store.Remove(Key);
        await run.Time.UntilAsync(() => run.Script.Count("gone a") == 3, TimeSpan.FromSeconds(5));
        await run.Time.PassAsync(TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(20));
        run.Script.Calls.Should().Equal("a@1", "gone a@uid-a", "gone a@uid-a", "gone a@uid-a");
    }

    [Fact]
    public async Task An_object_made_again_under_its_old_name_is_reconciled_after_both_deletions_were_told()
    {
        var block = new TaskCompletionSource();
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        run.Script.Reconcile = async (w, _) =>
        {
            if (w.Metadata.Name == "busy")
                await block.Task;
            return ReconciliationResult<Widget>.Success(w);
        };
        run.Store.Put(Widget.Named("busy"));
        await Clock.SoonAsync(() => run.Script.Count("busy") == 1);
        run.Store.Put(Widget.Named("a", uid: "one"));
        run.Store.Put(Widget.Named("a", 7, uid: "two", version: 2));
        run.Store.Remove(Key);
        run.Store.Put(Widget.Named("a", 9, uid: "three", version: 3));
        block.SetResult();
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Script.Calls.Should().Equal("busy@1", "gone a@one", "gone a@two", "a@9");
    }

    [Fact]
    public async Task A_stop_lets_work_end_tells_deletions_and_begins_nothing_else()
    {
        var block = new TaskCompletionSource();
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        run.Script.Reconcile = async (w, _) =>
        {
            await block.Task;
            return ReconciliationResult<Widget>.Success(w);
        };
        run.Store.Put(Widget.Named("busy"));
        await Clock.SoonAsync(() => run.Script.Count("busy") == 1);
        run.Store.Put(Widget.Named("a"));
        run.Store.Remove(Key);
        run.Store.Put(Widget.Named("b"));
        run.Loop.Drain();
        run.Run.IsCompleted.Should().BeFalse();
        block.SetResult();
        await run.Run.WaitAsync(TimeSpan.FromSeconds(5));
        run.Script.Calls.Should().Equal("busy@1", "gone a@uid-a");
    }

    [Fact]
    public async Task An_abort_cancels_what_runs_and_begins_nothing()
    {
        await using var run = new RunningLoop(o => o.MaxParallelReconciliations = 1);
        run.Script.Reconcile = async (w, token) =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return ReconciliationResult<Widget>.Success(w);
        };
        run.Store.Put(Widget.Named("a"));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        run.Store.Put(Widget.Named("b"));
        await run.AbortAsync();
        await run.Run.WaitAsync(TimeSpan.FromSeconds(5));
        run.Script.Calls.Should().Equal("a@1");
        (await run.SeriesAsync("controller_runtime_reconcile_errors_total")).Should().Be("0");
    }

    [Fact]
    public async Task Other_sources_enqueue_only_while_it_runs()
    {
        await using var run = new RunningLoop(fill: s => s.Put(Widget.Named("a")));
        await Clock.SoonAsync(() => run.Script.Count("a") == 1);
        await Task.Delay(20);
        run.Loop.Enqueue(Key).Should().BeTrue();
        await Clock.SoonAsync(() => run.Script.Count("a") == 2);
        await run.AbortAsync();
        await run.Run;
        run.Loop.Enqueue(Key);
        run.Script.Count("a").Should().Be(2);
    }
}
