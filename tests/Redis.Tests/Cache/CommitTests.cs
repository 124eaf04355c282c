using System.IO.Compression;
using System.Text;
using HttpSd.Redis.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

public sealed class CommitTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task What_was_stored_is_read_whole(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.CommitAsync(7, "[1]")).Should().Be(CommitOutcome.Stored);

        var entry = await corner.ReadAsync();
        var expected = Results.Of(7, "[1]");
        entry.Should().BeEquivalentTo(new { Error = (CachedError?)null, Failures = 0, NextRetry = (DateTimeOffset?)null, Backoff = TimeSpan.Zero });
        entry.Result.Should().BeEquivalentTo(new
        {
            expected.ETag,
            expected.Targets,
            expected.Groups,
            expected.Took,
            expected.DefinitionHash,
            expected.Warnings,
            Times = new { expected.CacheTtl, expected.StaleTtl },
        });
        entry.Result!.Times.UpdatedAt.Should().BeOnOrBefore(entry.Now).And.BeCloseTo(entry.Now, TimeSpan.FromMinutes(1));
        (await corner.BodyAsync()).Should().Be("[1]");
    }

    [Theory, EveryStore]
    public async Task Nothing_is_known_of_a_path_that_never_ran(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.ReadAsync()).Should().BeEquivalentTo(
            new { Result = (CachedResult?)null, Error = (CachedError?)null, Failures = 0, NextRetry = (DateTimeOffset?)null });
        (await corner.Cache.ReadBodyAsync(Results.FullPath, Results.ETag("[]"), Corner.Stop)).Should().BeNull();
        (await corner.KeysAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task The_same_body_is_sent_once_and_only_its_times_renewed(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        var before = await corner.ReadAsync();
        // A mark that a second write of the body would wipe out.
        var marked = Results.ETag("[1]") + "\n[marked]";
        await corner.Db.StringSetAsync(corner.Keys.Body(Results.FullPath), marked);
        await Task.Delay(20, Corner.Stop);

        (await corner.CommitAsync(2, "[1]")).Should().Be(CommitOutcome.Unchanged);

        (await corner.BodyAsync()).Should().Be("[marked]");
        (await corner.ReadAsync()).Result!.Times.UpdatedAt.Should().BeAfter(before.Result!.Times.UpdatedAt);
        (await corner.Db.KeyTimeToLiveAsync(corner.Keys.Body(Results.FullPath))).Should().NotBeNull();
    }

    [Theory, EveryStore]
    public async Task A_body_that_was_evicted_is_missing_and_is_sent_again(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        await corner.Db.KeyDeleteAsync(corner.Keys.Body(Results.FullPath));
        (await corner.ReadAsync()).Result.Should().BeNull("half a result is none");

        (await corner.CommitAsync(2, "[1]")).Should().Be(CommitOutcome.Stored);

        (await corner.BodyAsync()).Should().Be("[1]");
    }

    [Theory, EveryStore]
    public async Task Results_are_stored_in_the_order_of_the_claims(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        (await corner.CommitAsync(5, "[5]")).Should().Be(CommitOutcome.Stored);
        (await corner.CommitAsync(4, "[4]")).Should().Be(CommitOutcome.Overtaken);
        (await corner.CommitAsync(5, "[5]")).Should().Be(CommitOutcome.Repeated);
        (await corner.FailAsync(4)).Should().Be(CommitOutcome.Overtaken);
        (await corner.CommitAsync(6, "[6]")).Should().Be(CommitOutcome.Stored);

        (await corner.BodyAsync()).Should().Be("[6]");
        (await corner.ReadAsync()).Error.Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task A_list_that_no_worker_made_is_stored_over_whatever_is_there(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var future = (DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000) + 3_600_000_000;
        await corner.CommitAsync(future, "[1]");
        await corner.ClearAsync(future + 5);

        (await corner.Cache.CommitAsync(Results.Of(0, "[2]") with { Retention = TimeSpan.Zero }, Corner.Stop)).Should().Be(CommitOutcome.Stored);

        (await corner.BodyAsync()).Should().Be("[2]");
        (await corner.Db.KeyTimeToLiveAsync(corner.Keys.Body(Results.FullPath))).Should().BeGreaterThan(TimeSpan.FromDays(3000));
    }

    [Theory, EveryStore]
    public async Task A_large_body_has_a_gzipped_copy_and_a_small_one_leaves_none(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var large = "[" + string.Join(",", Enumerable.Repeat("\"x\"", 5000)) + "]";

        await corner.CommitAsync(1, large);
        var gzip = await corner.Cache.ReadGzipAsync(Results.FullPath, Results.ETag(large), Corner.Stop);
        using var reader = new StreamReader(new GZipStream(new MemoryStream(gzip!.Value.ToArray()), CompressionMode.Decompress), Encoding.UTF8);
        (await reader.ReadToEndAsync(Corner.Stop)).Should().Be(large);

        await corner.CommitAsync(2, "[]");
        (await corner.Db.KeyExistsAsync(corner.Keys.Gzip(Results.FullPath))).Should().BeFalse();
    }

    [Theory, EveryStore]
    public async Task A_body_is_read_only_under_its_own_tag(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");

        (await corner.Cache.ReadBodyAsync(Results.FullPath, Results.ETag("[2]"), Corner.Stop)).Should().BeNull();
    }

    [Theory, EveryStore]
    public async Task An_empty_list_is_a_result(StoreKind store)
    {
        await using var corner = new Corner(stores, store);

        await corner.CommitAsync(1, "[]");

        (await corner.BodyAsync()).Should().Be("[]");
    }

    [Theory, EveryStore]
    public async Task Payload_has_a_ttl_and_what_coordinates_has_none(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.EnqueueAsync("queued");
        await corner.EnqueueAsync("running");
        await corner.MustClaimAsync();
        await corner.SweepAsync();
        await corner.CommitAsync(1, "[" + new string(' ', 5000) + "]");
        await corner.Cache.FailAsync("/targets/failed", 1, Results.Error(), TimeSpan.Zero, TimeSpan.FromSeconds(1), Corner.Stop);
        await corner.Cache.ClearAsync("/targets/cleared", 9, Corner.Stop);
        await corner.Cache.RaiseAsync("/targets/raised", 9, Corner.Stop);
        await corner.Cache.AdmitAsync("a", Results.FullPath, 10, TimeSpan.Zero, Corner.Stop);
        await corner.Definitions.PublishAsync(Definitions.Scripts.Python("a"), Corner.Stop);
        await corner.Definitions.SealAsync("epoch", Corner.Stop);

        var keys = await corner.KeysAsync();

        keys.Should().HaveCount(6 + 3 + 3 + 1 + 5);
        foreach (var key in keys)
        {
            var payload = key.ToString().Contains("httpsd:t:", StringComparison.Ordinal);
            (await corner.Db.KeyTimeToLiveAsync(key)).HasValue.Should().Be(payload, key.ToString());
        }
    }

    [Theory, EveryStore]
    public async Task Only_another_list_moves_the_time_of_the_change(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        var first = (await corner.ReadAsync()).Result!;
        first.ChangedAt.Should().Be(first.Times.UpdatedAt);
        await Task.Delay(20, Corner.Stop);

        await corner.CommitAsync(2, "[1]");
        var same = (await corner.ReadAsync()).Result!;
        same.ChangedAt.Should().Be(first.ChangedAt);
        same.Times.UpdatedAt.Should().BeAfter(first.Times.UpdatedAt);

        await corner.CommitAsync(3, "[2]");
        var other = (await corner.ReadAsync()).Result!;
        other.ChangedAt.Should().Be(other.Times.UpdatedAt);

        await Task.Delay(20, Corner.Stop);
        await corner.ClearAsync(4);
        await corner.CommitAsync(5, "[2]");
        (await corner.ReadAsync()).Result!.ChangedAt.Should().BeAfter(other.ChangedAt, "a reload has cleared all that was known");
    }

    [Theory, EveryStore]
    public async Task A_record_without_the_time_of_its_change_changed_when_it_was_stored(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        await corner.Db.HashDeleteAsync(corner.Keys.Meta(Results.FullPath), "chg");
        var old = (await corner.ReadAsync()).Result!;
        old.ChangedAt.Should().Be(old.Times.UpdatedAt);
        await Task.Delay(20, Corner.Stop);

        await corner.CommitAsync(2, "[1]");

        (await corner.ReadAsync()).Result!.ChangedAt.Should().Be(old.ChangedAt);
    }

    [Theory, EveryStore]
    public async Task However_short_its_TTL_is_a_body_is_kept_for_as_long_as_polling_may_keep_it_fresh(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var second = TimeSpan.FromSeconds(1);

        await corner.Cache.CommitAsync(
            Results.Of(1, "[1]") with { CacheTtl = second, StaleTtl = TimeSpan.Zero, Retention = second }, Corner.Stop);

        (await corner.Db.KeyTimeToLiveAsync(corner.Keys.Body(Results.FullPath)))
            .Should().BeCloseTo(TimeSpan.FromSeconds(601), TimeSpan.FromSeconds(30));
    }
}
