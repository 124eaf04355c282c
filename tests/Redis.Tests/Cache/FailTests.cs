using HttpSd.Redis.Cache;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Cache;

public sealed class FailTests(Stores stores)
{
    [Theory, EveryStore]
    public async Task A_failure_keeps_the_result_and_is_counted(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");

        (await corner.FailAsync(2, "first")).Should().Be(CommitOutcome.Stored);
        (await corner.FailAsync(3, "second")).Should().Be(CommitOutcome.Stored);
        (await corner.FailAsync(3, "second")).Should().Be(CommitOutcome.Repeated);

        var entry = await corner.ReadAsync();
        entry.Failures.Should().Be(2);
        entry.Backoff.Should().BeGreaterThan(TimeSpan.Zero).And.BeLessThanOrEqualTo(TimeSpan.FromSeconds(10));
        entry.Error.Should().BeEquivalentTo(Results.Error("second"), o => o.Excluding(e => e.At));
        entry.Error!.At.Should().BeCloseTo(entry.Now, TimeSpan.FromMinutes(1));
        (await corner.BodyAsync()).Should().Be("[1]");
    }

    [Theory, EveryStore]
    public async Task A_success_clears_error_failures_and_backoff(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.FailAsync(1);

        await corner.CommitAsync(2);

        (await corner.ReadAsync()).Should().BeEquivalentTo(
            new { Error = (CachedError?)null, Failures = 0, NextRetry = (DateTimeOffset?)null, Backoff = TimeSpan.Zero });
    }

    [Theory, EveryStore]
    public async Task With_an_error_ttl_of_zero_only_the_backoff_is_kept(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.FailAsync(1);

        await corner.FailAsync(2, errorTtlMs: 0);

        var entry = await corner.ReadAsync();
        entry.Should().BeEquivalentTo(new { Error = (CachedError?)null, Failures = 2 });
        entry.Backoff.Should().BeGreaterThan(TimeSpan.Zero);
    }

    [Theory, EveryStore]
    public async Task An_error_is_forgotten_after_its_ttl_and_the_result_stays(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(1, "[1]");
        await corner.FailAsync(2, errorTtlMs: 30, backoffMs: 30);

        await Task.Delay(80, Corner.Stop);

        var entry = await corner.ReadAsync();
        entry.Should().BeEquivalentTo(new { Error = (CachedError?)null, Failures = 1, Backoff = TimeSpan.Zero });
        (await corner.ClearAsync(10)).Should().Be(new ClearResult(Result: true, Error: false));
    }

    [Theory, EveryStore]
    public async Task A_job_that_lost_all_its_workers_reports_without_a_claim(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.CommitAsync(100, "[1]");

        (await corner.FailAsync(0, "lost")).Should().Be(CommitOutcome.Stored);

        (await corner.ReadAsync()).Error!.Message.Should().Be("lost");
        (await corner.CommitAsync(101, "[2]")).Should().Be(CommitOutcome.Stored);
    }
}
