using HttpSd.Core.Definitions;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Reconcile;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Store;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Tests.Store;

/// <summary>An object goes, or moves to another path, while everything is published again after a loss.</summary>
public sealed class RefillTests(RedisFixture redis) : IClassFixture<RedisFixture>, IAsyncDisposable
{
    private static readonly GeneratorScript Old = Script("old");

    private readonly RedisConnection connection =
        new(Options.Create(new RedisOptions { Url = redis.Server.Url, KeyPrefix = $"{Guid.NewGuid():n}:" }));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    [Fact]
    public async Task What_a_deleted_object_left_is_removed_though_it_was_just_being_published()
    {
        var world = new World(connection);
        using var definitions = world.Definitions;
        var going = new TaskCompletionSource();
        var refill = await RefillAsync(world, going.Task);

        var removal = world.Acts.RemoveAllAsync(
            new TargetGenerator { Metadata = new V1ObjectMeta { Name = "g", NamespaceProperty = "monitoring", Uid = "u" } }, nameIsFree: true, Cancelled);
        await Task.Delay(100, Cancelled);
        going.SetResult();
        await Task.WhenAll(refill, removal);

        (await world.Store.ReadAllAsync(Cancelled)).Known.Should().BeEmpty();
    }

    [Fact]
    public async Task Where_an_object_was_is_known_to_who_moves_it_though_it_was_just_being_published()
    {
        var world = new World(connection);
        using var definitions = world.Definitions;
        var going = new TaskCompletionSource();
        var refill = await RefillAsync(world, going.Task);

        var reading = definitions.ReadAsync("monitoring/g", "new", Cancelled);
        await Task.Delay(100, Cancelled);
        going.SetResult();
        await refill;

        (await reading).Select(s => s.Path).Should().Equal("old");
    }

    // Everything was known, is lost, and is being published again until the test lets it.
    private async Task<Task> RefillAsync(World world, Task going)
    {
        await world.Definitions.ReplaceAsync((_, _) => Task.FromResult(new FullPlan([], [WantedDefinition.Of(Old)])), Cancelled);
        await connection.ControlAsync(async (db, keys) => await db.ExecuteAsync("FLUSHDB"), Cancelled);
        var begun = new TaskCompletionSource();
        var wanted = new WantedDefinition(Old.Definition, async _ =>
        {
            begun.SetResult();
            await going;
            return Old;
        });
        var refill = Task.Run(() => world.Definitions.ReplaceAsync((_, _) => Task.FromResult(new FullPlan([], [wanted])), Cancelled), Cancelled);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
        return refill;
    }

    private static GeneratorScript Script(string path) =>
        TargetGeneratorReader.Read(SpecText.Manifest(Reconcile.World.Generator(
            $$"""{"path":"{{path}}","staticTargets":[{"targets":["a:1"]}]}""", "g", "u")), ScriptReference.LookupIn(null)).Generator!;

    private sealed class World
    {
        public World(RedisConnection connection)
        {
            var queue = new JobQueue(connection, Options.Create(new QueueOptions()), TimeProvider.System);
            var cache = new ResultCache(connection);
            Store = new DefinitionStore(connection);
            Definitions = new PublishedDefinitions(new DefinitionPublisher(Store, queue, cache), Store, new SingleProcess());
            var options = Options.Create(new OperatorOptions());
            Acts = new GeneratorActs(
                Definitions,
                new LastGoodScripts(Store),
                Store,
                new ReloadLedger(connection, Store, queue, cache, new ParameterSets(queue, cache)),
                new RunFeed(connection, cache, new OverdueRuns(_ => "default", queue), options, TimeProvider.System),
                new StatusPace(options, TimeProvider.System),
                statuses: null!,
                events: null!);
        }

        public DefinitionStore Store { get; }

        public PublishedDefinitions Definitions { get; }

        public GeneratorActs Acts { get; }
    }
}
