using HttpSd.Redis.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

public sealed class FenceTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_reload_clears_result_error_and_backoff_and_says_what_there_was(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1);
        await corner.FailAsync(2);

        (await corner.ClearAsync(10)).Should().Be(new ClearResult(Result: true, Error: true));

        (await corner.ReadAsync()).Should().BeEquivalentTo(
            new { Result = (CachedResult?)null, Error = (CachedError?)null, Failures = 0, NextRetry = (DateTimeOffset?)null });
        (await corner.ClearAsync(11)).Should().Be(new ClearResult(false, false));
    }

    [Theory, EveryStore]
    public async Task A_run_claimed_before_a_reload_stores_nothing_after_it(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.ClearAsync(10);

        (await corner.CommitAsync(9, "[9]")).Should().Be(CommitOutcome.Superseded);
        (await corner.FailAsync(9)).Should().Be(CommitOutcome.Superseded);
        (await corner.CommitAsync(10, "[10]")).Should().Be(CommitOutcome.Superseded);
        (await corner.BodyAsync()).Should().BeNull();

        (await corner.CommitAsync(11, "[11]")).Should().Be(CommitOutcome.Stored);
        (await corner.BodyAsync()).Should().Be("[11]");
    }

    [Theory, EveryStore]
    public async Task A_result_newer_than_the_reload_stays(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(11, "[11]");

        (await corner.ClearAsync(10)).Should().Be(new ClearResult(false, false));

        (await corner.BodyAsync()).Should().Be("[11]");
        (await corner.CommitAsync(9, "[9]")).Should().Be(CommitOutcome.Superseded);
    }

    [Theory, EveryStore]
    public async Task A_newer_run_that_failed_does_not_save_the_older_result_from_a_reload(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(9, "[9]");
        await corner.FailAsync(11);

        (await corner.ClearAsync(10)).Should().Be(new ClearResult(Result: true, Error: false));

        (await corner.ReadAsync()).Should().BeEquivalentTo(new { Result = (CachedResult?)null, Error = new { Message = "boom" }, Failures = 1 });
    }

    [Theory, EveryStore]
    public async Task A_reload_leaves_a_mark_that_tells_a_cleared_result_from_a_lost_one(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(9);
        var stored = await corner.ReadAsync();
        (stored.Cleared, stored.Result!.Token).Should().Be((0, 9));
        stored.Result.KeptUntil.Should().BeCloseTo(stored.Now + TimeSpan.FromMinutes((24 * 60) + 11), TimeSpan.FromSeconds(5));

        await corner.ClearAsync(10);
        await corner.ClearAsync(5);
        (await corner.ReadAsync()).Cleared.Should().Be(10);

        await corner.CommitAsync(11);
        await corner.Db.KeyDeleteAsync(corner.Keys.Body(Results.FullPath));
        (await corner.ReadAsync()).Should().BeEquivalentTo(new { Result = (CachedResult?)null, Cleared = 10L });
        (await corner.Db.KeyTimeToLiveAsync(corner.Keys.Meta(Results.FullPath))).Should().BeGreaterThan(TimeSpan.FromDays(29));
    }

    [Theory, EveryStore]
    public async Task What_is_deleted_leaves_no_key(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(9);
        await corner.ClearAsync(5);

        await corner.Cache.DeleteAsync([Results.FullPath], Corner.Stop);

        (await corner.KeysAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task An_older_reload_does_not_lower_the_floor(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.ClearAsync(10);
        await corner.ClearAsync(5);
        await corner.Cache.RaiseAsync(Results.FullPath, 4, Corner.Stop);

        (await corner.CommitAsync(9)).Should().Be(CommitOutcome.Superseded);
    }

    [Theory, EveryStore]
    public async Task A_changed_definition_voids_runs_and_backoff_but_keeps_result_and_error(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        await corner.FailAsync(2);

        await corner.Cache.RaiseAsync(Results.FullPath, 10, Corner.Stop);

        (await corner.CommitAsync(9)).Should().Be(CommitOutcome.Superseded);
        var entry = await corner.ReadAsync();
        entry.Should().BeEquivalentTo(new { Failures = 0, NextRetry = (DateTimeOffset?)null, Error = new { Message = "boom" } });
        (await corner.BodyAsync()).Should().Be("[1]");
    }

    [Theory, EveryStore]
    public async Task The_late_result_of_a_lost_owner_is_refused_before_its_successor_has_stored(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.Cache.ReplaceLostAsync(Results.FullPath, 5, Corner.Stop)).Should().BeFalse();

        (await corner.CommitAsync(5, "[5]")).Should().Be(CommitOutcome.Superseded);
        (await corner.CommitAsync(6, "[6]")).Should().Be(CommitOutcome.Stored);
    }

    [Theory, EveryStore]
    public async Task A_lost_owner_that_had_stored_need_not_be_repeated(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(5, "[5]");

        (await corner.Cache.ReplaceLostAsync(Results.FullPath, 5, Corner.Stop)).Should().BeTrue();
        (await corner.Cache.ReplaceLostAsync(Results.FullPath, 5, Corner.Stop)).Should().BeTrue("the reply may have been lost");

        (await corner.BodyAsync()).Should().Be("[5]");
    }

    [Theory, EveryStore]
    public async Task After_a_reload_a_lost_owner_that_had_stored_is_repeated(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(5, "[5]");
        await corner.ClearAsync(6);

        (await corner.Cache.ReplaceLostAsync(Results.FullPath, 5, Corner.Stop)).Should().BeFalse();
    }
}
