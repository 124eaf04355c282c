using System.Collections.Concurrent;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Tests.Cache;
using HttpSd.Redis.Tests.Definitions;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Races;

/// <summary>A run that may end before whoever published its definition has gone on.</summary>
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
        var worker = WorkAsync(corner, ended, worked.Token);
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

    private static async Task WorkAsync(Corner corner, ConcurrentDictionary<string, bool> ended, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (await corner.ClaimAsync() is not { } job)
                continue;
            var path = job.FullPath["/targets/".Length..];
            await corner.Cache.CommitAsync(
                Results.Of(job.Token, "[]", job.FullPath) with { DefinitionHash = Scripts.Python(path).Definition.Hash }, Corner.Stop);
            ended[job.FullPath] = true;
            await corner.FinishAsync(job);
        }
    }
}
