using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Redis.Tests.Definitions;
using HttpSd.Redis.Tests.Topologies;
using HttpSd.Tests;
using HttpSd.Tests.Faults;

namespace HttpSd.Redis.Tests.Faults;

/// <summary>
/// The store has done what it was asked, and the answer is lost with its connection: whoever asked asks again, and what
/// is stored is what one call stores. Tried for the reply to each request of an operation.
/// </summary>
public sealed class LostReplyTests(Stores stores)
{
    private const string A = Results.FullPath;

    private static readonly string Large = "[" + new string(' ', 100_000) + "]";

    private static readonly Dictionary<string, Operation> Operations = new()
    {
        ["enqueue"] = new(_ => Nothing, (c, _) => c.EnqueueAsync("x")),
        ["enqueue what is queued"] = new(c => c.EnqueueAsync("x"), (c, _) => c.EnqueueAsync("x", want: 7)),
        ["enqueue what runs"] = new(ClaimedAsync, (c, _) => c.EnqueueAsync("x", want: 7)),
        ["enqueue for a reload"] = new(c => c.EnqueueAsync("y"), (c, _) => c.EnqueueAsync("x", reload: true)),
        ["enqueue for a reload of what is queued"] = new(c => c.EnqueueAsync("x"), (c, _) => c.EnqueueAsync("x", reload: true)),
        ["enqueue for a reload of what runs"] = new(ClaimedAsync, (c, _) => c.EnqueueAsync("x", reload: true)),
        ["beat"] = new(ClaimedAsync, (c, job) => c.BeatAsync(job!)),
        ["finish"] = new(ClaimedAsync, (c, job) => c.FinishAsync(job!)),
        ["finish and put back"] = new(ClaimedAsync, (c, job) => c.FinishAsync(job!, FinishMode.Release)),
        ["finish and run again"] = new(ClaimedAsync, (c, job) => c.FinishAsync(job!, FinishMode.Again)),
        ["finish and put aside"] = new(ClaimedAsync, (c, job) => c.FinishAsync(job!, FinishMode.Aside)),
        ["sweep of a lost job"] = new(LostAsync, (c, _) => c.Queue.SweepAsync(Corner.Pool, Corner.Stop)),
        ["sweep of a job that is given up"] = new(PoisonAsync, (c, _) => c.Queue.SweepAsync(Corner.Pool, Corner.Stop)),
        ["cancel"] = new(ClaimedAsync, (c, _) => c.Queue.CancelAsync(Corner.Pool, ["/targets/x"], Corner.Stop)),
        ["draw a floor"] = new(ClaimedAsync, (c, _) => c.Queue.DrawFloorAsync(Corner.Pool, "/targets/x", Corner.Stop)),
        ["commit"] = new(_ => Nothing, (c, _) => c.CommitAsync(1_000_000_000_001)),
        ["commit a large body"] = new(_ => Nothing, (c, _) => c.CommitAsync(1_000_000_000_001, Large)),
        ["commit after a failure"] = new(c => c.FailAsync(1_000_000_000_001), (c, _) => c.CommitAsync(1_000_000_000_002)),
        ["fail"] = new(c => c.CommitAsync(1_000_000_000_001), (c, _) => c.FailAsync(1_000_000_000_002)),
        ["fail again"] = new(c => c.FailAsync(1_000_000_000_001), (c, _) => c.FailAsync(1_000_000_000_002)),
        ["clear"] = new(c => c.CommitAsync(1_000_000_000_001), (c, _) => c.ClearAsync(1_000_000_000_002)),
        ["raise"] = new(c => c.FailAsync(1_000_000_000_001), (c, _) => c.Cache.RaiseAsync(A, 1_000_000_000_002, Corner.Stop)),
        ["replace a lost run"] = new(_ => Nothing, (c, _) => c.Cache.ReplaceLostAsync(A, 1_000_000_000_002, Corner.Stop)),
        ["admit"] = new(_ => Nothing, (c, _) => c.Cache.AdmitAsync("a", A, 2, TimeSpan.Zero, Corner.Stop)),
        ["admit in another's place"] = new(AdmittedAsync, (c, _) => c.Cache.AdmitAsync("a", A + "&x=3", 2, TimeSpan.Zero, Corner.Stop)),
        ["touch"] = new(AdmittedAsync, (c, _) => c.Cache.TouchAsync("a", A, Corner.Stop)),
        ["delete"] = new(c => c.CommitAsync(1_000_000_000_001), (c, _) => c.Cache.DeleteAsync([A], Corner.Stop)),
        ["publish"] = new(_ => Nothing, (c, _) => PublishAsync(c, Scripts.Python("a"), Scripts.Static("s", "[]"))),
        ["publish a change"] = new(PublishedAsync, (c, _) => PublishAsync(c, Scripts.Python("a", "def generate_targets(): return 1"), Scripts.Static("s", "[]"))),
        ["publish a removal"] = new(PublishedAsync, (c, _) => PublishAsync(c, Scripts.Static("s", "[]"))),
        ["reload by name"] = new(PublishedAsync, (c, _) => c.Ledger.ReloadAsync("uid", "1", Scripts.Python("a").Definition, Corner.Stop)),
        ["hold"] = new(_ => Nothing, (c, _) => c.NewHold("me").TakeAsync(Corner.Stop)),
        ["let go"] = new(c => c.NewHold("me").TakeAsync(Corner.Stop), (c, _) => c.NewHold("me").LeaveAsync(Corner.Stop)),
    };

    public static TheoryData<StoreKind, string> Cases()
    {
        var data = new TheoryData<StoreKind, string>();
        foreach (var store in Enum.GetValues<StoreKind>())
        {
            foreach (var name in Operations.Keys)
                data.Add(store, name);
        }
        return data;
    }

    private static Task Nothing => Task.CompletedTask;


    [Theory, MemberData(nameof(Cases))]
    public async Task What_is_asked_again_is_done_once(StoreKind store, string name)
    {
        var operation = Operations[name];
        await using var control = new Corner(stores, store);
        await operation.Act(control, await operation.PrepareAsync(control));
        var wanted = await Portrait.OfAsync(control);

        for (var lost = 0; ; lost++)
        {
            await using var proxy = new FaultProxy(stores.Port(store));
            await using var corner = new Corner(stores, store, via: proxy.Port);
            await Journey.UntilAsync(() => corner.Connection.ControlAsync((db, _) => db.PingAsync(), Corner.Stop), _ => true);
            await Journey.UntilAsync(() => corner.Connection.BulkAsync((db, _) => db.PingAsync(), Corner.Stop), _ => true);
            var job = await operation.PrepareAsync(corner);

            var happens = proxy.LoseReplyTo(corner.Prefix, after: lost);
            if (!await IsRefusedAsync(() => operation.Act(corner, job)))
            {
                happens.IsCompleted.Should().BeFalse();
                lost.Should().BePositive("it has at least one request");
                return;
            }
            await happens.WaitAsync(Slowness.Bound(5), Corner.Stop);
            await Journey.UntilAsync(async () => await IsRefusedAsync(() => operation.Act(corner, job)), refused => !refused);

            (await Portrait.OfAsync(corner)).Should().Be(wanted, $"the reply to request {lost + 1} was lost");
        }
    }

    [Theory, EveryStore]
    public async Task A_claim_that_nobody_heard_of_is_taken_back_when_its_lease_ends(StoreKind store)
    {
        await using var proxy = new FaultProxy(stores.Port(store));
        await using var corner = new Corner(stores, store, via: proxy.Port);
        await corner.EnqueueAsync("warm");
        await corner.FinishAsync(await corner.MustClaimAsync());
        await corner.EnqueueAsync("x");

        var happens = proxy.LoseReplyTo(corner.Prefix);
        (await IsRefusedAsync(() => corner.ClaimAsync())).Should().BeTrue();
        await happens.WaitAsync(Slowness.Bound(5), Corner.Stop);
        (await corner.ProcessingAsync()).Should().Equal("x");
        (await Journey.UntilAsync(() => corner.ClaimAsync(), _ => true)).Should().BeNull("it is claimed, whoever knows of it");

        await corner.ExpireLeasesAsync();
        await corner.SweepAsync();
        (await corner.MustClaimAsync()).Should().BeEquivalentTo(new { FullPath = "/targets/x", Stalls = 0 }, "no script had begun");
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = 0, Processing = 1 });
    }

    private static async Task<bool> IsRefusedAsync(Func<Task> operation)
    {
        try
        {
            await operation();
            return false;
        }
        catch (StoreUnavailableException)
        {
            return true;
        }
    }

    // And claimed: see PrepareAsync.
    private static Task ClaimedAsync(Corner corner) => corner.EnqueueAsync("x");

    private static async Task LostAsync(Corner corner)
    {
        await corner.EnqueueAsync("x");
        await corner.BeatAsync(await corner.MustClaimAsync());
        await corner.ExpireLeasesAsync();
    }

    private static async Task PoisonAsync(Corner corner)
    {
        await LostAsync(corner);
        for (var stall = 0; stall < corner.Options.MaxStalls; stall++)
        {
            await corner.SweepAsync();
            await corner.BeatAsync(await corner.MustClaimAsync());
            await corner.ExpireLeasesAsync();
        }
        await corner.SetLastSweepAsync(corner.Options.SweepInterval);
    }

    private static async Task AdmittedAsync(Corner corner)
    {
        await corner.Cache.AdmitAsync("a", A, 2, TimeSpan.Zero, Corner.Stop);
        await corner.Cache.AdmitAsync("a", A + "&x=2", 2, TimeSpan.Zero, Corner.Stop);
    }

    private static Task PublishedAsync(Corner corner) => PublishAsync(corner, Scripts.Python("a"), Scripts.Static("s", "[]"));

    private static Task PublishAsync(Corner corner, params GeneratorScript[] scripts) => corner.NewPublisher().PublishAsync(scripts, Corner.Stop);

    /// <summary>What is done, and what there is before.</summary>
    private sealed record Operation(Func<Corner, Task> Prepare, Func<Corner, ClaimedJob?, Task> Act)
    {
        public async Task<ClaimedJob?> PrepareAsync(Corner corner)
        {
            await Prepare(corner);
            return Prepare == ClaimedAsync ? await corner.MustClaimAsync() : null;
        }
    }
}
