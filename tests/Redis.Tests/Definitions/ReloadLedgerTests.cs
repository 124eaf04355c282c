using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Definitions;

public sealed class ReloadLedgerTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_value_counts_once_and_another_value_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");

        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.Reloaded);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().BeNull();
        (await corner.PendingAsync()).Should().Equal("a");
        await RunAsync(corner, "[2]");

        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.DoneBefore);
        (await corner.PendingAsync()).Should().BeEmpty();
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().NotBeNull();

        (await corner.Ledger.ReloadAsync("uid", "2", definition, Corner.Stop)).Should().Be(ReloadOutcome.Reloaded);
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task All_variants_are_cleared_and_the_one_without_parameters_is_asked_for(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");
        await corner.Cache.AdmitAsync("a", "/targets/a?x=1", 100, TimeSpan.Zero, Corner.Stop);
        await corner.Queue.EnqueueAsync(Corner.Pool, RequestKey.Parse("/targets/a?x=1"), 0, false, Corner.Stop);
        await RunAsync(corner, "[2]");

        await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop);

        foreach (var variant in new[] { "/targets/a", "/targets/a?x=1" })
            (await corner.Cache.ReadAsync(variant, Corner.Stop)).Result.Should().BeNull(variant);
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task A_reload_that_was_left_half_way_is_finished_without_a_second_run(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");
        await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop);
        await RunAsync(corner, "[2]");
        // As if the process had died before it could note the end.
        var noted = (string)(await corner.Db.HashGetAsync(corner.Keys.Reloads, "uid"))!;
        await corner.Db.HashSetAsync(corner.Keys.Reloads, "uid", "0" + noted[1..]);

        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.Reloaded);

        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result!.ETag.Should().Be(Results.ETag("[2]"));
        (await corner.PendingAsync()).Should().BeEmpty();
        ((string?)await corner.Db.HashGetAsync(corner.Keys.Reloads, "uid")).Should().Be(noted);
    }

    [Theory, EveryStore]
    public async Task A_list_made_before_the_reload_goes_also_when_the_tokens_are_ahead_of_the_clock(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var ahead = (DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds() * 1000) + 1;
        await corner.Db.HashSetAsync(corner.Control, "seq", ahead);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");

        await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop);

        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_reload_left_before_it_was_asked_for_is_asked_for_by_the_next(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");
        await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop);
        await RunAsync(corner, "[2]");
        var noted = ((string)(await corner.Db.HashGetAsync(corner.Keys.Reloads, "uid"))!).Split('|');
        await corner.Db.HashSetAsync(corner.Keys.Reloads, "uid", $"0|0|{noted[2]}");

        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.Reloaded);

        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().BeNull();
        (await corner.PendingAsync()).Should().Equal("a");
    }

    [Theory, EveryStore]
    public async Task What_cannot_be_made_anew_is_not_cleared(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await RunAsync(corner, "[1]");

        var suspended = definition with { Suspend = true };
        (await corner.Ledger.ReloadAsync("uid", "1", suspended, Corner.Stop)).Should().Be(ReloadOutcome.NothingToRun);

        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().NotBeNull();
        (await corner.Ledger.ReadOwnersAsync(Corner.Stop)).Should().Equal("uid");
        await corner.Ledger.ForgetAsync("uid", Corner.Stop);
        (await corner.Ledger.ReadOwnersAsync(Corner.Stop)).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_value_counts_again_after_another_was_answered_without_clearing(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var definition = await PublishAsync(corner, "a");
        await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop);
        await RunAsync(corner, "[1]");

        await corner.Ledger.AnsweredAsync("uid", "2", Corner.Stop);

        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.Reloaded);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Result.Should().BeNull();
        // What was carried out for the value itself is not forgotten by whoever hadn't heard of it.
        await corner.Ledger.AnsweredAsync("uid", "1", Corner.Stop);
        (await corner.Ledger.ReloadAsync("uid", "1", definition, Corner.Stop)).Should().Be(ReloadOutcome.DoneBefore);
    }

    private static async Task<GeneratorDefinition> PublishAsync(Corner corner, string path)
    {
        await corner.NewPublisher().PublishAsync([Scripts.Python(path)], Corner.Stop);
        return (await corner.Definitions.ReadScriptAsync(path, Corner.Stop))!.Value.Script.Definition;
    }

    private static async Task RunAsync(Corner corner, string body)
    {
        var job = await corner.MustClaimAsync();
        (await corner.Cache.CommitAsync(Results.Of(job.Token, body, job.FullPath), Corner.Stop)).Should().Be(CommitOutcome.Stored);
        await corner.FinishAsync(job);
    }
}
