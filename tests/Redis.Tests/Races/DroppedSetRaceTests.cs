using HttpSd.Core.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Races;

/// <summary>A parameter set is dropped while its run's owner hears of it and removes what it knows of.</summary>
public sealed class DroppedSetRaceTests(Stores stores)
{
    private const int Tries = 200;

    [Theory, EveryStore]
    public async Task Whoever_is_first_no_key_of_the_set_is_left(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var small = new GeneratorDefinition { Path = "x", Name = "default/x", MaxVariants = 1 };
        for (var i = 0; i < Tries; i++)
        {
            var (old, next) = ($"/targets/x?n={i}", $"/targets/x?n={i + 1}");
            await corner.Sets.AdmitAsync(small, old, TimeSpan.Zero, Corner.Stop);
            await corner.EnqueueAsync($"x?n={i}");
            var job = await corner.MustClaimAsync();

            await Task.WhenAll(OwnAsync(corner, job), corner.Sets.AdmitAsync(small, next, TimeSpan.Zero, Corner.Stop));

            (await corner.Db.KeyExistsAsync(corner.Keys.Meta(old))).Should().BeFalse("try {0}", i);
        }
    }

    // As a worker does: what it might have stored goes when its job was taken away.
    private static async Task OwnAsync(Corner corner, ClaimedJob job)
    {
        while (await corner.BeatAsync(job) != LeaseState.Lost)
            await Task.Yield();
        await corner.Cache.DeleteAsync([job.FullPath], Corner.Stop);
    }
}
