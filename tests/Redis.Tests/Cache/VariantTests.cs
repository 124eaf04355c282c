using HttpSd.Redis.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

public sealed class VariantTests(Stores stores)
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);

    [Theory, EveryStore]
    public async Task A_generator_keeps_so_many_parameter_sets_and_refuses_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await AdmitAsync(corner, "a?x=1", Idle)).Should().Be(new AdmitResult(true, null));
        (await AdmitAsync(corner, "a?x=2", Idle)).Should().Be(new AdmitResult(true, null));
        (await AdmitAsync(corner, "a?x=3", Idle)).Should().Be(new AdmitResult(false, null));
        (await AdmitAsync(corner, "a?x=1", Idle)).Should().Be(new AdmitResult(true, null));

        (await corner.Cache.ReadVariantsAsync("a", Corner.Stop)).Should().BeEquivalentTo("/targets/a?x=1", "/targets/a?x=2");
    }

    [Theory, EveryStore]
    public async Task Of_two_new_sets_one_takes_the_last_place(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AdmitAsync(corner, $"a?x={i}", Idle)));

        answers.Count(answer => answer.Admitted).Should().Be(2);
    }

    [Theory, EveryStore]
    public async Task Deleting_leaves_no_key(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var large = "[" + new string(' ', 5000) + "]";
        foreach (var path in new[] { "a", "a?x=1" })
        {
            await AdmitAsync(corner, path, Idle);
            await corner.Cache.CommitAsync(Results.Of(1, large, "/targets/" + path), Corner.Stop);
        }
        (await corner.KeysAsync()).Should().HaveCount(7);

        await corner.Cache.DeleteAsync(await corner.Cache.ReadVariantsAsync("a", Corner.Stop), Corner.Stop);
        await corner.Cache.DeleteVariantsAsync("a", Corner.Stop);

        (await corner.KeysAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_set_that_is_still_asked_for_is_noted_and_one_that_is_gone_stays_so(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await AdmitAsync(corner, "a?x=1", Idle);
        await corner.Db.SortedSetAddAsync(corner.Keys.Variants("a"), "/targets/a?x=1", 1);

        (await corner.Cache.TouchAsync("a", "/targets/a?x=1", Corner.Stop)).Should().BeTrue();
        (await corner.Cache.TouchAsync("a", "/targets/a?x=2", Corner.Stop)).Should().BeFalse();
        (await corner.Cache.TouchAsync("b", "/targets/b", Corner.Stop)).Should().BeFalse();

        (await corner.Db.SortedSetScoreAsync(corner.Keys.Variants("a"), "/targets/a?x=1")).Should().BeGreaterThan(1e12);
        (await corner.Cache.ReadVariantsAsync("a", Corner.Stop)).Should().Equal("/targets/a?x=1");
        (await corner.Db.KeyExistsAsync(corner.Keys.Variants("b"))).Should().BeFalse();
    }

    private static Task<AdmitResult> AdmitAsync(Corner corner, string path, TimeSpan idle) =>
        corner.Cache.AdmitAsync("a", "/targets/" + path, most: 2, idle, Corner.Stop);
}
