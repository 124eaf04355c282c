using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

public sealed class OutcomeTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task Runs_that_go_on_as_before_tell_of_no_outcome(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await HeardAsync(corner, c => c.CommitAsync(1, "[1]"))).Should().Be(1, "there is a list now");
        (await HeardAsync(corner, c => c.CommitAsync(2, "[1]"))).Should().Be(0, "it is the same");
        (await HeardAsync(corner, c => c.CommitAsync(3, "[2]"))).Should().Be(0, "it is another with as many targets");
        (await HeardAsync(corner, c => c.FailAsync(4, "boom"))).Should().Be(1, "the run failed");
        (await HeardAsync(corner, c => c.FailAsync(5, "boom"))).Should().Be(0, "it fails as it did");
        (await HeardAsync(corner, c => c.FailAsync(6, "crash"))).Should().Be(1, "it fails for another reason");
        (await HeardAsync(corner, c => c.CommitAsync(7, "[2]"))).Should().Be(1, "it is well again");
    }

    [Theory, EveryStore]
    public async Task Another_count_another_definition_and_a_list_that_comes_back_are_told(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");

        (await HeardAsync(corner, c => c.Cache.CommitAsync(Results.Of(2) with { Targets = 4 }, Corner.Stop))).Should().Be(1);
        (await HeardAsync(corner, c => c.Cache.CommitAsync(Results.Of(3) with { Targets = 4, DefinitionHash = "b" }, Corner.Stop))).Should().Be(1);
        (await HeardAsync(corner, c => c.ClearAsync(4))).Should().Be(1);
        (await HeardAsync(corner, c => c.Cache.CommitAsync(Results.Of(5) with { Targets = 4, DefinitionHash = "b" }, Corner.Stop))).Should().Be(1);
        (await HeardAsync(corner, c => c.Cache.DeleteAsync([Results.FullPath], Corner.Stop))).Should().Be(1);
    }

    [Theory, EveryStore]
    public async Task The_first_outcome_of_a_changed_definition_is_told_even_when_it_is_as_before(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        await corner.Cache.RaiseAsync(Results.FullPath, 1, Corner.Stop);

        (await HeardAsync(corner, c => c.CommitAsync(2, "[1]"))).Should().Be(1);
        (await HeardAsync(corner, c => c.CommitAsync(3, "[1]"))).Should().Be(0);
    }

    [Theory, EveryStore]
    public async Task What_the_run_of_a_change_came_to_is_told_and_stays_when_it_ends_before_its_floor_is_known(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.FailAsync(1);
        await corner.Cache.RaiseAsync(Results.FullPath, 0, Corner.Stop);

        (await HeardAsync(corner, c => c.FailAsync(3))).Should().Be(1);
        await corner.Cache.RaiseAsync(Results.FullPath, 2, Corner.Stop);

        (await corner.ReadAsync()).Failures.Should().Be(1, "it is the new definition's own");
        (await HeardAsync(corner, c => c.FailAsync(4))).Should().Be(0, "it fails as it did");
    }

    [Theory, EveryStore]
    public async Task A_failure_like_the_last_is_told_when_the_last_was_forgiven_or_forgotten(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.FailAsync(1);
        await corner.Cache.RaiseAsync(Results.FullPath, 1, Corner.Stop);

        (await HeardAsync(corner, c => c.FailAsync(2, errorTtlMs: 30))).Should().Be(1, "a changed definition has forgiven it");
        await Task.Delay(80, Corner.Stop);
        (await HeardAsync(corner, c => c.FailAsync(3))).Should().Be(1, "its error record was gone");
    }

    [Theory, EveryStore]
    public async Task Failures_without_an_error_record_are_told_once(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await HeardAsync(corner, c => c.FailAsync(1, errorTtlMs: 0))).Should().Be(1);
        (await HeardAsync(corner, c => c.FailAsync(2, errorTtlMs: 0))).Should().Be(0);
    }

    // Messages of one channel come in order: what was told before the last one was caused by the act.
    private static async Task<int> HeardAsync(Corner corner, Func<Corner, Task> act)
    {
        var end = $"/targets/end-{Guid.NewGuid():n}";
        var told = await corner.Db.Multiplexer.GetSubscriber().SubscribeAsync(corner.Keys.Outcomes);
        await act(corner);
        await corner.Cache.DeleteAsync([end], Corner.Stop);
        var heard = 0;
        for (var path = ""; path != end; path = (string?)(await told.ReadAsync(Corner.Stop)).Message ?? "")
            heard += path == Results.FullPath ? 1 : 0;
        await told.UnsubscribeAsync();
        return heard;
    }
}
