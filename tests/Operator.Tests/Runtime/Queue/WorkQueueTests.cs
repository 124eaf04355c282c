using HttpSd.Operator.Runtime.Queue;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Queue;

public sealed class WorkQueueTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly Instruments instruments = new();
    private readonly WorkQueue<string> queue;

    public WorkQueueTests() => queue = new WorkQueue<string>(time, new Random(1), instruments.Queues.For("widget"));

    public void Dispose() => queue.Dispose();

    [Fact]
    public async Task A_key_added_twice_is_handed_out_once()
    {
        queue.Add("a");
        queue.Add("a");
        (await TakeAsync()).Should().Be("a");
        queue.Depth.Should().Be(0);
    }

    [Fact]
    public async Task A_key_added_while_it_is_worked_on_comes_back_when_that_is_done()
    {
        queue.Add("a");
        await TakeAsync();
        queue.Add("a");
        queue.Depth.Should().Be(0);
        queue.Done("a");
        (await TakeAsync()).Should().Be("a");
    }

    [Fact]
    public void The_earliest_of_several_times_counts_and_only_it()
    {
        queue.AddAfter("a", TimeSpan.FromSeconds(20));
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.AddAfter("a", TimeSpan.FromSeconds(30));
        time.Advance(TimeSpan.FromSeconds(9));
        queue.Depth.Should().Be(0);
        time.Advance(TimeSpan.FromSeconds(1));
        queue.Depth.Should().Be(1);
    }

    [Fact]
    public async Task An_addition_leaves_a_later_one_of_the_same_key_alone()
    {
        queue.AddAfter("a", TimeSpan.FromSeconds(10));
        queue.Add("a");
        await TakeAsync();
        queue.Done("a");
        time.Advance(TimeSpan.FromSeconds(10));
        (await TakeAsync()).Should().Be("a");
    }

    [Fact]
    public async Task Retries_double_are_spread_and_stay_below_five_minutes()
    {
        var pauses = new List<double>();
        for (var n = 0; n < 16; n++)
        {
            queue.AddRateLimited("a");
            var since = time.GetUtcNow();
            while (queue.Depth == 0)
                time.Advance(TimeSpan.FromMilliseconds(n < 4 ? 10 : 1000));
            pauses.Add((time.GetUtcNow() - since).TotalSeconds);
            queue.Done(await TakeAsync());
        }
        pauses[0].Should().BeInRange(0.2, 0.31);
        pauses[1].Should().BeInRange(0.4, 0.61);
        pauses[6].Should().BeInRange(12.8, 20.2);
        pauses[^1].Should().BeInRange(240, 301);
        queue.Forget("a");
        queue.AddRateLimited("a");
        time.Advance(TimeSpan.FromMilliseconds(301));
        queue.Depth.Should().Be(1);
    }

    [Fact]
    public async Task Shutting_down_drops_what_waits_and_lets_work_end()
    {
        queue.Add("a");
        await TakeAsync();
        queue.Add("b");
        queue.AddAfter("c", TimeSpan.FromSeconds(1));
        queue.ShutDown();
        var next = queue.GetAsync(default).AsTask();
        next.IsCompleted.Should().BeFalse();
        queue.AddRateLimited("a");
        queue.Done("a");
        (await next).Taken.Should().BeFalse();
    }

    [Fact]
    public async Task Draining_still_hands_out_what_is_worth_it()
    {
        queue.Add("a");
        queue.Add("b");
        queue.Add("c");
        queue.Drain(k => k == "b");
        (await TakeAsync()).Should().Be("b");
        queue.Done("b");
        (await queue.GetAsync(default)).Taken.Should().BeFalse();
    }

    [Fact]
    public async Task Its_numbers_are_there_from_the_start_and_true()
    {
        var before = await instruments.TextAsync();
        before.Should().Contain("workqueue_retries_total{name=\"widget\",controller=\"widget\"} 0")
            .And.Contain("workqueue_depth{name=\"widget\",controller=\"widget\"} 0");
        queue.Add("a");
        queue.Add("b");
        time.Advance(TimeSpan.FromSeconds(2));
        await TakeAsync();
        time.Advance(TimeSpan.FromSeconds(3));
        (await instruments.TextAsync()).Should().Contain("workqueue_depth{name=\"widget\",controller=\"widget\"} 1")
            .And.Contain("workqueue_adds_total{name=\"widget\",controller=\"widget\"} 2")
            .And.Contain("workqueue_queue_duration_seconds_sum{name=\"widget\",controller=\"widget\"} 2")
            .And.Contain("workqueue_unfinished_work_seconds{name=\"widget\",controller=\"widget\"} 3")
            .And.Contain("workqueue_longest_running_processor_seconds{name=\"widget\",controller=\"widget\"} 3");
    }

    private async Task<string> TakeAsync()
    {
        var (taken, key) = await queue.GetAsync(default).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        taken.Should().BeTrue();
        return key;
    }
}
