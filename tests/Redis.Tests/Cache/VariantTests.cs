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

    private static Task<AdmitResult> AdmitAsync(Corner corner, string path, TimeSpan idle) =>
        corner.Cache.AdmitAsync("a", "/targets/" + path, most: 2, idle, Corner.Stop);
}
