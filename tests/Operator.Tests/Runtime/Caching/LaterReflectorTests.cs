using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Tests.Runtime.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Caching;

public class LaterReflectorTests
{
    [Fact]
    public async Task It_begins_when_the_other_has_its_first_list_and_is_alive_until_then()
    {
        var (time, diary, ready) = (new FakeTimeProvider(), new Diary(), false);
        var inner = new PlayedReflector(diary) { Alive = false };
        var later = new LaterReflector(inner, () => Volatile.Read(ref ready), time);
        using var stop = new CancellationTokenSource();
        var running = later.RunAsync(stop.Token);
        await time.PassAsync(TimeSpan.FromSeconds(5));
        diary.Lines.Should().BeEmpty();
        (later.Synced, later.Alive).Should().Be((false, true));

        Volatile.Write(ref ready, true);
        inner.Synced = true;
        await time.UntilAsync(() => diary.Count("reading") == 1, TimeSpan.FromSeconds(1));
        (later.Synced, later.Alive).Should().Be((true, false));

        await stop.CancelAsync();
        await running;
    }
}
