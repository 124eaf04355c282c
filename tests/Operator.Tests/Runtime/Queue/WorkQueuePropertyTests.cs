using CsCheck;
using HttpSd.Operator.Runtime.Queue;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Queue;

public sealed class WorkQueuePropertyTests
{
    private static readonly Gen<(int Action, int Key, int Seconds)[]> Steps =
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[0, 5]).Array[0, 60];

    [Fact]
    public void Whatever_happens_no_key_is_worked_on_twice_at_a_time_and_none_is_lost() =>
        Steps.Sample(steps => Play(steps), iter: 1000);

    // The model: what must still be handed out, when at the latest, and what is being worked on.
    private static void Play((int Action, int Key, int Seconds)[] steps)
    {
        var time = new FakeTimeProvider();
        using var queue = new WorkQueue<int>(time, new Random(1), NoSeries);
        var owed = new HashSet<int>();
        var later = new Dictionary<int, DateTimeOffset>();
        var working = new HashSet<int>();
        foreach (var (action, key, seconds) in steps)
        {
            switch (action)
            {
                case 0:
                    queue.Add(key);
                    owed.Add(key);
                    break;
                case 1 when seconds > 0:
                    queue.AddAfter(key, TimeSpan.FromSeconds(seconds));
                    var at = time.GetUtcNow().AddSeconds(seconds);
                    later[key] = later.TryGetValue(key, out var known) && known < at ? known : at;
                    break;
                case 2:
                    time.Advance(TimeSpan.FromSeconds(seconds));
                    foreach (var due in later.Where(l => l.Value <= time.GetUtcNow()).Select(l => l.Key).ToList())
                    {
                        later.Remove(due);
                        owed.Add(due);
                    }
                    break;
                case 3 when queue.Depth > 0:
                    Take();
                    break;
                case 4 when working.Remove(key):
                    queue.Done(key);
                    break;
            }
            queue.Depth.Should().Be(owed.Except(working).Count());
        }
        foreach (var key in working.ToList())
        {
            working.Remove(key);
            queue.Done(key);
        }
        time.Advance(TimeSpan.FromMinutes(1));
        owed.UnionWith(later.Keys);
        while (queue.Depth > 0)
        {
            var key = Take();
            working.Remove(key);
            queue.Done(key);
        }
        owed.Should().BeEmpty();

        int Take()
        {
            var get = queue.GetAsync(default);
            get.IsCompletedSuccessfully.Should().BeTrue();
#pragma warning disable CA1849, CA2012 // It has completed.
            var (taken, key) = get.GetAwaiter().GetResult();
#pragma warning restore CA1849, CA2012
            taken.Should().BeTrue();
            working.Add(key).Should().BeTrue();
            owed.Remove(key).Should().BeTrue();
            return key;
        }
    }

    private static readonly QueueSeries NoSeries = new Instruments().Queues.For("property");
}
