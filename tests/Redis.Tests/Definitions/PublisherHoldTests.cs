using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class PublisherHoldTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task One_publisher_has_a_store_until_it_leaves(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var (one, two) = (corner.NewHold("one"), corner.NewHold("two"));

        (await one.TakeAsync(Corner.Stop)).Should().BeNull();
        (await two.TakeAsync(Corner.Stop)).Should().Be("one");
        (await one.TakeAsync(Corner.Stop)).Should().BeNull("it renews its own");
        await two.LeaveAsync(Corner.Stop);
        (await two.TakeAsync(Corner.Stop)).Should().Be("one", "nobody can leave for another");

        await one.LeaveAsync(Corner.Stop);
        (await two.TakeAsync(Corner.Stop)).Should().BeNull();
        (await one.TakeAsync(Corner.Stop)).Should().Be("two");
    }

    [Theory, EveryStore]
    public async Task A_silent_publisher_is_followed_by_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewHold("dead").TakeAsync(Corner.Stop);
        var held = (string)(await corner.Db.HashGetAsync(corner.Keys.Definitions[2], "publisher"))!;
        var parts = held.Split('|');
        await corner.Db.HashSetAsync(
            corner.Keys.Definitions[2], "publisher", $"{parts[0]}|{long.Parse(parts[1]) - 16_000}|{parts[2]}");

        (await corner.NewHold("next").TakeAsync(Corner.Stop)).Should().BeNull();
    }
}
