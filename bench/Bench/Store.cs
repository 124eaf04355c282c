using System.Globalization;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.Extensions.Options;

namespace HttpSd.Bench;

/// <summary>A real Redis of the bench's own, and what publishes, asks and works in it.</summary>
internal sealed class Store : IAsyncDisposable
{
    private readonly RedisServer redis;
    private readonly RedisConnection connection;

    private Store(RedisServer redis)
    {
        this.redis = redis;
        connection = new RedisConnection(Options.Create(new RedisOptions { Url = redis.Url, CommandTimeout = TimeSpan.FromSeconds(20) }));
        Queue = new JobQueue(connection, Options.Create(new QueueOptions { MaxLength = 100_000 }), TimeProvider.System);
        Cache = new ResultCache(connection);
        Publisher = new DefinitionPublisher(new DefinitionStore(connection), Queue, Cache);
    }

    public string Url => redis.Url;

    public JobQueue Queue { get; }

    public ResultCache Cache { get; }

    public DefinitionPublisher Publisher { get; }

    public static async Task<Store> StartAsync() => new(await RedisServer.StartAsync());

    /// <summary>Publishes just these.</summary>
    public Task PublishAsync(IEnumerable<GeneratorScript> scripts) => Publisher.PublishAsync([.. scripts], CancellationToken.None);

    public static GeneratorScript Static(string path, string list) => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition { Path = path, Name = "bench/" + path, Runtime = GeneratorRuntime.Static }, list));

    /// <summary>A Python generator with room for any number of parameter sets.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="script">Its script.</param>
    /// <param name="isolation">How its runs are kept apart.</param>
    /// <param name="cacheTtl">Null: so long that nothing is made anew meanwhile.</param>
    /// <param name="staleTtl">How much longer a list is served.</param>
    public static GeneratorScript Python(
        string path, string script, RunIsolation isolation = RunIsolation.Generator, TimeSpan? cacheTtl = null, TimeSpan staleTtl = default) => DefinitionDigest.Seal(new GeneratorScript(
        new GeneratorDefinition
        {
            Path = path,
            Name = "bench/" + path,
            Isolation = isolation,
            MaxVariants = 100_000,
            CacheTtl = cacheTtl ?? TimeSpan.FromHours(1),
            StaleTtl = staleTtl,
        },
        script));

    /// <summary>A list of so many groups of one target and two labels: some 67 bytes each.</summary>
    public static string List(int groups) => "[" + string.Join(',', Enumerable.Range(0, groups).Select(n => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"targets":["10.{{{n / 65536}}}.{{{n / 256 % 256}}}.{{{n % 256}}}:9100"],"labels":{"env":"prod","id":"{{{n}}}"}}"""))) + "]";

    public Task<Part> StartServerAsync(params string[] settings) => StartAsync("SdServer", settings);

    public Task<Part> StartWorkerAsync(params string[] settings) => StartAsync("Worker", settings);

    public Task<QueueTotals> TotalsAsync() => Queue.ReadTotalsAsync("default", CancellationToken.None);

    /// <summary>Waits until no job waits or runs.</summary>
    public async Task WaitIdleAsync()
    {
        while (await TotalsAsync() is { } totals && totals.Pending + totals.Processing > 0)
            await Task.Delay(10);
    }

    public Task<long> KeysAsync() => connection.ControlAsync(async (db, _) => (long)await db.ExecuteAsync("DBSIZE"), CancellationToken.None);

    public Task<long> UsedMemoryAsync() => connection.ControlAsync(
        async (db, _) => long.Parse(
            ((string)(await db.ExecuteAsync("INFO", "memory"))!).Split('\n').First(l => l.StartsWith("used_memory:", StringComparison.Ordinal)).Split(':')[1].Trim(),
            CultureInfo.InvariantCulture),
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await redis.DisposeAsync();
    }

    private async Task<Part> StartAsync(string room, string[] settings)
    {
        var part = await Part.StartAsync(room, null, [$"Redis:Url={Url}", "Logging:LogLevel:Default=Warning", .. settings]);
        await part.WaitReadyAsync();
        return part;
    }
}
