using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

/// <summary>A parameter set that made room for another goes whole.</summary>
public sealed class EvictionTests(Stores stores)
{
    private const string Evicted = "/targets/a?x=2";

    private static readonly GeneratorDefinition Definition = new() { Path = "a", Name = "default/a", MaxVariants = 2 };

    [Theory, EveryStore]
    public async Task The_set_longest_not_asked_for_makes_room_and_its_keys_go(StoreKind store)
    {
        await using var corner = await FullAsync(store);
        foreach (var path in new[] { "/targets/a?x=1", Evicted })
            await corner.Cache.CommitAsync(Results.Of(1, fullPath: path), Corner.Stop);

        (await EvictAsync(corner)).Should().BeTrue();

        (await corner.Cache.ReadVariantsAsync("a", Corner.Stop)).Should().BeEquivalentTo("/targets/a?x=1", "/targets/a?x=3");
        (await corner.Db.KeyExistsAsync(corner.Keys.Result(Evicted))).Should().Be(0);
        (await corner.Cache.ReadAsync("/targets/a?x=1", Corner.Stop)).Result.Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task Nothing_of_a_deleted_path_is_listed_any_more(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Cache.ClearAsync(Evicted, 1, Corner.Stop);

        await corner.Cache.DeleteAsync([Evicted], Corner.Stop);

        var listed = await corner.Connection.ControlAsync(
            async (db, keys) => (string[])(await db.ExecuteAsync("KEYS", keys.Prefix + "*"))!, Corner.Stop);
        listed.Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task Its_queued_job_is_cancelled(StoreKind store)
    {
        await using var corner = await FullAsync(store);
        await corner.EnqueueAsync("a?x=2");
        await corner.EnqueueAsync("b");

        await EvictAsync(corner);

        (await corner.PendingAsync()).Should().Equal("b");
        (await corner.JobAsync("a?x=2")).Should().BeNull();
        (await corner.Db.KeyExistsAsync(corner.Keys.Result(Evicted))).Should().Be(0);
    }

    [Theory, EveryStore]
    public async Task A_run_of_it_can_store_nothing_but_a_run_that_is_asked_for_later_can(StoreKind store)
    {
        await using var corner = await FullAsync(store);
        await corner.EnqueueAsync("a?x=2");
        var running = await corner.MustClaimAsync();

        await EvictAsync(corner);

        (await corner.BeatAsync(running)).Should().Be(LeaseState.Lost);
        (await corner.Cache.CommitAsync(Results.Of(running.Token, fullPath: Evicted), Corner.Stop)).Should().Be(CommitOutcome.Superseded);
        (await corner.FinishAsync(running, FinishMode.Again)).Should().BeFalse();
        (await corner.PendingAsync()).Should().BeEmpty();

        await corner.EnqueueAsync("a?x=2");
        var later = await corner.MustClaimAsync();
        (await corner.Cache.CommitAsync(Results.Of(later.Token, fullPath: Evicted), Corner.Stop)).Should().Be(CommitOutcome.Stored);
    }

    [Theory, EveryStore]
    public async Task What_a_run_of_it_has_just_stored_goes_too(StoreKind store)
    {
        await using var corner = await FullAsync(store);
        await corner.EnqueueAsync("a?x=2");
        var running = await corner.MustClaimAsync();
        await corner.Cache.CommitAsync(Results.Of(running.Token, fullPath: Evicted), Corner.Stop);

        await EvictAsync(corner);

        (await corner.Cache.ReadAsync(Evicted, Corner.Stop)).Result.Should().BeNull();
        (await corner.Db.KeyExistsAsync(corner.Keys.Body(Evicted))).Should().BeFalse();
    }

    private async Task<Corner> FullAsync(StoreKind store)
    {
        var corner = new Corner(stores, store);
        await corner.Sets.AdmitAsync(Definition, Evicted, TimeSpan.Zero, Corner.Stop);
        await Task.Delay(20, Corner.Stop);
        await corner.Sets.AdmitAsync(Definition, "/targets/a?x=1", TimeSpan.Zero, Corner.Stop);
        return corner;
    }

    private static Task<bool> EvictAsync(Corner corner) =>
        corner.Sets.AdmitAsync(Definition, "/targets/a?x=3", TimeSpan.FromMilliseconds(10), Corner.Stop);
}
