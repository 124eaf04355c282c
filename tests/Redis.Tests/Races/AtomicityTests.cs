using HttpSd.Cli.Embedded;
using HttpSd.Core.Requests;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Races;

public sealed class AtomicityTests(Stores stores)
{
    private const int Clients = 16;
    private const int Paths = 2000;

    [Theory, EveryStore]
    public async Task Many_clients_that_ask_for_the_same_paths_make_one_ticket_each(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var clients = Enumerable.Range(0, Clients).Select(_ => new Corner(stores, store, prefix: corner.Prefix)).ToList();

        var outcomes = await Task.WhenAll(clients.Select(AskForAllAsync));

        foreach (var client in clients)
            await client.DisposeAsync();
        outcomes.Sum(o => o.GetValueOrDefault(EnqueueOutcome.Enqueued)).Should().Be(Paths);
        outcomes.Sum(o => o.GetValueOrDefault(EnqueueOutcome.Queued)).Should().Be((Clients - 1) * Paths);
        (await corner.PendingAsync()).Should().HaveCount(Paths).And.OnlyHaveUniqueItems();
        (await corner.TotalsAsync()).Should().BeEquivalentTo(new { Pending = Paths, Enqueued = Paths, Healed = 0 });
    }

    [Theory, EveryStore]
    public async Task Many_workers_claim_each_job_once(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => corner.EnqueueAsync($"p{i}")));

        var claimed = (await Task.WhenAll(Enumerable.Range(0, 600).Select(i => corner.ClaimAsync($"worker-{i % 8}"))))
            .OfType<ClaimedJob>().ToList();

        claimed.Select(job => job.FullPath).Should().HaveCount(500).And.OnlyHaveUniqueItems();
        claimed.Select(job => job.Token).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task The_self_test_loses_nothing_in_the_embedded_store()
    {
        using var store = EmbeddedStore.Start(firstPort: 31_000 + (Environment.ProcessId % 10_000));

        (await AtomicityCheck.CountLostAsync(store.Url)).Should().Be(0);
    }

    [Fact]
    public async Task The_self_test_notices_scripts_that_are_not_atomic()
    {
        using var store = EmbeddedStore.Start(atomicScripts: false, firstPort: 42_000 + (Environment.ProcessId % 10_000));

        var lost = 0;
        // A race needs luck: on a busy machine more load than the self-test's own may be called for.
        for (var rounds = 250; lost == 0 && rounds <= 4000; rounds *= 2)
            lost = await AtomicityCheck.CountLostAsync(store.Url, clients: 8, rounds);

        lost.Should().BePositive();
    }

    private static async Task<Dictionary<EnqueueOutcome, int>> AskForAllAsync(Corner client)
    {
        var outcomes = new List<EnqueueOutcome>();
        foreach (var chunk in Enumerable.Range(0, Paths).Chunk(100))
        {
            var answers = await Task.WhenAll(chunk.Select(i => client.Queue.EnqueueAsync(
                Corner.Pool, new RequestKey($"p{i}", []), 0, false, Corner.Stop)));
            outcomes.AddRange(answers.Select(answer => answer.Outcome));
        }
        return outcomes.CountBy(outcome => outcome).ToDictionary();
    }
}
