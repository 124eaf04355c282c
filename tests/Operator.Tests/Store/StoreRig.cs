using HttpSd.Core.Definitions;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Store;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace HttpSd.Operator.Tests.Store;

/// <summary>A Redis of its own and what the operator knows of it.</summary>
internal sealed class StoreRig : IAsyncDisposable
{
    private readonly RedisServer server;
    private readonly RedisConnection connection;
    private readonly RedisOptions options;

    private StoreRig(RedisServer server)
    {
        this.server = server;
        options = new RedisOptions { Url = server.Url, CommandTimeout = TimeSpan.FromSeconds(10) };
        connection = new RedisConnection(Options.Create(options));
        var queue = new JobQueue(connection, Options.Create(new QueueOptions()), TimeProvider.System);
        (Store, Cache) = (new DefinitionStore(connection), new ResultCache(connection));
        Definitions = new PublishedDefinitions(new DefinitionPublisher(Store, queue, Cache), Store, new SingleProcess());
        Reloads = new ReloadLedger(connection, Store, queue, Cache, new ParameterSets(queue, Cache));
        var settings = Options.Create(new OperatorOptions());
        Acts = new GeneratorActs(
            Definitions, new LastGoodScripts(Store), Store, Reloads,
            new RunFeed(connection, Cache, new OverdueRuns(_ => "default", queue), settings, TimeProvider.System),
            new StatusPace(settings, TimeProvider.System), statuses: null!, events: null!);
    }

    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public DefinitionStore Store { get; }

    public ResultCache Cache { get; }

    public PublishedDefinitions Definitions { get; }

    public ReloadLedger Reloads { get; }

    /// <summary>For what is done in Redis.</summary>
    public GeneratorActs Acts { get; }

    /// <summary>Nothing is stored, and that is known.</summary>
    public static async Task<StoreRig> StartAsync()
    {
        var rig = new StoreRig(await RedisServer.StartAsync());
        await rig.ReplaceAsync();
        return rig;
    }

    public Task<PublicationReport> ReplaceAsync(params GeneratorScript[] wanted) =>
        Definitions.ReplaceAsync((_, _) => Task.FromResult(new FullPlan([], [.. wanted.Select(WantedDefinition.Of)])), Stop);

    public async Task<IReadOnlyList<string>> PathsAsync() => (await Store.ReadPathsAsync(Stop)).Paths;

    /// <summary>Has Redis take what is sent and answer too late for whoever waits.</summary>
    public async Task UnansweredAsync(Func<Task> send)
    {
        await using var other = await server.ConnectAsync();
        await other.GetDatabase().ExecuteAsync("CLIENT", "PAUSE", 1000);
        options.CommandTimeout = TimeSpan.FromMilliseconds(50);
        await send.Should().ThrowAsync<StoreUnavailableException>();
        options.CommandTimeout = TimeSpan.FromSeconds(10);
    }

    public static GeneratorScript List(string path, string name, string uid = "u") => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition { Path = path, Name = name, Uid = uid, Runtime = GeneratorRuntime.Static }, $$"""[{"targets":["{{uid}}:1"]}]"""));

    public async ValueTask DisposeAsync()
    {
        Definitions.Dispose();
        await connection.DisposeAsync();
        await server.DisposeAsync();
    }
}
