using System.Collections.Concurrent;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Redis.Tests.Definitions;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Races;

/// <summary>A run that may begin, and end, before whoever asked for it has gone on.</summary>
public sealed class ChangeRaceTests(Stores stores)
{
    private const int Tries = 300;

    [Theory, EveryStore]
    public async Task The_first_run_of_what_is_resumed_as_it_was_is_told_of_however_soon_it_ends(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var told = new ConcurrentDictionary<string, TaskCompletionSource>(StringComparer.Ordinal);
        await corner.Connection.SubscribeAsync(k => k.Outcomes, path => told.GetValueOrDefault(path)?.TrySetResult(), Corner.Stop);
        using var worked = CancellationTokenSource.CreateLinkedTokenSource(Corner.Stop);
        var ended = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        var worker = WorkAsync(corner, job => EndAsync(corner, job, ended), worked.Token);
        var publisher = corner.NewPublisher();
        var soon = 0;

        await Parallel.ForAsync(0, Tries, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Corner.Stop }, async (i, stop) =>
        {
            var (script, path) = (Scripts.Python($"p{i}"), $"/targets/p{i}");
            told[path] = new TaskCompletionSource();
            await publisher.PutAsync(script, stop);
            await told[path].Task.WaitAsync(Slowness.Bound(15), stop);
            await publisher.PutAsync(script.With(d => d with { Suspend = true }), stop);
            ended.TryRemove(path, out _);

            told[path] = new TaskCompletionSource();
            await publisher.PutAsync(script, stop);
            if (ended.ContainsKey(path))
                Interlocked.Increment(ref soon);
            await told[path].Task.WaitAsync(Slowness.Bound(15), stop);
        });

        soon.Should().BePositive("else nothing raced");
        await worked.CancelAsync();
        await worker;
    }

    [Theory, EveryStore]
    public async Task The_run_of_a_reload_finds_no_failures_of_before_however_soon_it_begins(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.Definitions.PublishAsync(Scripts.Python("a"), Corner.Stop);
        var definition = (await corner.Definitions.ReadScriptAsync("a", Corner.Stop))!.Value.Script.Definition;
        using var worked = CancellationTokenSource.CreateLinkedTokenSource(Corner.Stop);
        var found = new ConcurrentQueue<int>();
        var worker = WorkAsync(corner, async _ => found.Enqueue((await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Failures), worked.Token);

        for (var i = 0; i < Tries; i++)
        {
            await corner.Cache.FailAsync("/targets/a", 0, Results.Error(), TimeSpan.FromHours(1), TimeSpan.Zero, Corner.Stop);
            await corner.Ledger.ReloadAsync("uid", $"{i}", definition, Corner.Stop);
            while (await corner.JobAsync("a") is not null)
                await Task.Yield();
        }

        await worked.CancelAsync();
        await worker;
        found.Should().NotBeEmpty().And.OnlyContain(failures => failures == 0);
    }

    private static async Task WorkAsync(Corner corner, Func<ClaimedJob, Task> work, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await corner.ClaimAsync() is not { } job)
            {
                await Task.Yield();
                continue;
            }
            await work(job);
            await corner.FinishAsync(job);
        }
    }

    private static async Task EndAsync(Corner corner, ClaimedJob job, ConcurrentDictionary<string, bool> ended)
    {
        var hash = Scripts.Python(job.FullPath["/targets/".Length..]).Definition.Hash;
        await corner.Cache.CommitAsync(Results.Of(job.Token, "[]", job.FullPath) with { DefinitionHash = hash }, Corner.Stop);
        ended[job.FullPath] = true;
    }
}
