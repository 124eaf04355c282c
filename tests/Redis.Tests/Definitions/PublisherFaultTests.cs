using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Definitions;

/// <summary>Publications that are cut off, and stores that are not what they were.</summary>
public sealed class PublisherFaultTests(Stores stores)
{
    private static readonly CachedError No = new(default, "ValueError", "no", "", "", "w", "j", TimeSpan.Zero);

    [Theory, EveryStore]
    public async Task A_corrected_script_is_run_though_the_old_one_failed_and_its_publisher_died_before_it_asked(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await FailAsync(corner, Scripts.Python("a"));
        await corner.Definitions.PublishAsync(Scripts.Python("a", "corrected"), Corner.Stop);
        var next = corner.NewPublisher();
        next.Compare((await corner.Definitions.ReadAllAsync(Corner.Stop)).Known);

        await next.PublishAsync([Scripts.Python("a", "corrected")], Corner.Stop);

        await IsAskedForOnceAsync(corner);
        (await next.PublishAsync([Scripts.Python("a", "corrected")], Corner.Stop)).Published.Should().BeEmpty();
        (await corner.PendingAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task The_same_when_it_is_published_by_itself(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await FailAsync(corner, Scripts.Python("a"));
        await corner.Definitions.PublishAsync(Scripts.Python("a", "corrected"), Corner.Stop);

        await corner.NewPublisher().PutAsync(Scripts.Python("a", "corrected"), Corner.Stop);

        await IsAskedForOnceAsync(corner);
    }

    [Theory, EveryStore]
    public async Task A_script_that_fails_is_not_run_for_every_publisher_that_starts(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await FailAsync(corner, Scripts.Python("a"));

        await corner.NewPublisher().PublishAsync([Scripts.Python("a")], Corner.Stop);

        (await corner.PendingAsync()).Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task A_store_that_comes_back_with_an_older_state_is_noticed_and_filled(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        GeneratorScript[] wanted = [Scripts.Python("a"), Scripts.Python("b")];
        await publisher.PublishAsync([wanted[0]], Corner.Stop);
        var older = await corner.Db.HashGetAsync(corner.Keys.Definitions[2], "rev");
        await publisher.PublishAsync(wanted, Corner.Stop);
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();

        await ComeBackOlderAsync();
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeFalse();
        (await publisher.PublishAsync(wanted, Corner.Stop)).Published.Should().Equal("b");
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();

        // A write since then has the highest revision of all.
        await ComeBackOlderAsync();
        await publisher.PutAsync(Scripts.Python("c"), Corner.Stop);
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeFalse();
        await publisher.PublishAsync(wanted, Corner.Stop);
        (await corner.Definitions.ReadPathsAsync(Corner.Stop)).Paths.Should().BeEquivalentTo("a", "b");

        // What is missing may be a change and its opposite: nothing is to be done, and that once.
        await corner.Db.HashSetAsync(corner.Keys.Definitions[2], "rev", older);
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeFalse();
        (await publisher.PublishAsync(wanted, Corner.Stop)).Published.Should().BeEmpty();
        (await publisher.IsCurrentAsync(Corner.Stop)).Should().BeTrue();

        async Task ComeBackOlderAsync()
        {
            await corner.Db.HashSetAsync(corner.Keys.Definitions[2], "rev", older);
            await corner.Db.HashDeleteAsync(corner.Keys.Definitions[0], "b");
            await corner.Db.HashDeleteAsync(corner.Keys.Definitions[1], "b");
        }
    }

    [Theory, EveryStore]
    public async Task A_definition_of_another_schema_is_left_alone_until_its_path_is_wanted(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        var publisher = corner.NewPublisher();
        await corner.Definitions.PublishAsync(Scripts.Python("newer").With(d => d with { Schema = 99, Uid = "u" }), Corner.Stop);

        var report = await publisher.PublishAsync([Scripts.Python("a")], Corner.Stop);

        report.Removed.Should().BeEmpty();
        report.Unknown.Should().Equal("newer");
        var stored = await corner.Definitions.ReadAllAsync(Corner.Stop);
        stored.Known.Select(k => k.Definition.Path).Should().Equal("a");
        stored.Unknown.Should().Equal(new UnknownDefinition("newer", "test/newer", "u", "schema 99 is not known here"));

        report = await publisher.PublishAsync([Scripts.Python("newer")], Corner.Stop);
        report.Published.Should().Equal("newer");
        report.Unknown.Should().BeEmpty();
    }

    [Theory, EveryStore]
    public async Task Who_may_no_longer_write_is_stopped_within_a_publication(StoreKind store)
    {
        await using var corner = new Corner(stores, store);
        await corner.NewPublisher().PublishAsync([Scripts.Python("gone")], Corner.Stop);
        var asked = 0;

        var publishing = () => corner.NewPublisher().PublishWantedAsync(
            [WantedDefinition.Of(Scripts.Static("s", "[]")), WantedDefinition.Of(Scripts.Python("a"))],
            () => _ = ++asked > 2 ? throw new InvalidOperationException("no longer") : 0,
            Corner.Stop);

        await publishing.Should().ThrowAsync<InvalidOperationException>();
        (await corner.Definitions.ReadPathsAsync(Corner.Stop)).Paths.Should().BeEquivalentTo("gone", "s");
    }

    private static async Task FailAsync(Corner corner, GeneratorScript script)
    {
        await corner.NewPublisher().PublishAsync([script], Corner.Stop);
        var job = await corner.MustClaimAsync();
        await corner.Cache.FailAsync("/targets/a", job.Token, No, TimeSpan.FromHours(1), TimeSpan.FromMinutes(5), Corner.Stop);
        await corner.FinishAsync(job);
    }

    private static async Task IsAskedForOnceAsync(Corner corner)
    {
        var job = await corner.MustClaimAsync();
        job.WantedRevision.Should().Be((await corner.Definitions.ReadScriptAsync("a", Corner.Stop))!.Value.Revision);
        (await corner.Cache.ReadAsync("/targets/a", Corner.Stop)).Should().BeEquivalentTo(new { Failures = 0, Backoff = TimeSpan.Zero });
        await corner.FinishAsync(job);
        (await corner.PendingAsync()).Should().BeEmpty();
    }
}
