using System.Diagnostics;
using System.Net;
using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.Tests;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace HttpSd.SdServer.Tests;

/// <summary>A server on a free port; the test publishes and plays the worker through the same Redis.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    /// <summary>The list of every static generator.</summary>
    public const string StaticBody = """[{"targets":["static:1"]}]""";

    private readonly WebApplication app;

    private TestServer(RedisServer redis, WebApplication app, string keyPrefix, HttpClient client) =>
        (Redis, this.app, KeyPrefix, Client) = (redis, app, keyPrefix, client);

    public RedisServer Redis { get; }

    public string KeyPrefix { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    public JobQueue Queue => Services.GetRequiredService<JobQueue>();

    public ResultCache Cache => Services.GetRequiredService<ResultCache>();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<TestServer> StartAsync(
        RedisServer redis, string[]? settings = null, string? keyPrefix = null, TimeProvider? time = null)
    {
        keyPrefix ??= $"{Guid.NewGuid():n}:";
        var app = SdServerApp.Create(
            ["--Server:Urls=http://127.0.0.1:0", "--Server:DrainDelay=0s", $"--Redis:Url={redis.Url}", $"--Redis:KeyPrefix={keyPrefix}", .. settings ?? []],
            builder => builder.Services.AddSingleton(time ?? TimeProvider.System));
        await app.StartAsync(Stop);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None, AllowAutoRedirect = false };
        return new TestServer(redis, app, keyPrefix, new HttpClient(handler) { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(30) });
    }

    /// <summary>Publishes exactly these, and waits until the server knows them.</summary>
    public async Task PublishAsync(params GeneratorDefinition[] definitions)
    {
        var scripts = definitions.Select(d => DefinitionDigest.Seal(new GeneratorScript(d, d.Runtime == GeneratorRuntime.Static ? StaticBody : "x"))).ToList();
        await Services.GetRequiredService<DefinitionPublisher>().PublishAsync(scripts, Stop);
        await Services.GetRequiredService<DefinitionWatcher>().RefreshAsync(Stop);
    }

    /// <summary>Publishes one generator, and empties the queue that this fills.</summary>
    public async Task PublishQuietlyAsync(params GeneratorDefinition[] definitions)
    {
        await PublishAsync(definitions);
        await DrainAsync();
    }

    /// <summary>Publishes a generator and stores its list.</summary>
    public async Task PublishWithListAsync(
        GeneratorDefinition definition, string json, TimeSpan? cacheTtl = null, TimeSpan? staleTtl = null, TimeSpan? retention = null)
    {
        await PublishAsync(definition);
        await RunNextAsync(json, cacheTtl, staleTtl, retention);
    }

    /// <summary>Waits for something that happens in the background.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<Task<T>> read, Func<T, bool> good)
    {
        for (var since = Stopwatch.GetTimestamp(); ;)
        {
            var value = await read();
            if (good(value) || Stopwatch.GetElapsedTime(since) > Slowness.Bound(10))
                return value;
            await Task.Delay(50, Stop);
        }
    }

    /// <summary>What redis-cli would list of this server's keys.</summary>
    public async Task<List<string>> KeysAsync(string pattern)
    {
        await using var connection = await Redis.ConnectAsync();
        return [.. connection.GetServers()[0].Keys(pattern: KeyPrefix + pattern).Select(k => k.ToString()[KeyPrefix.Length..])];
    }

    /// <summary>Changes something behind everybody's back.</summary>
    public async Task OnRedisAsync(Func<StackExchange.Redis.IDatabase, Task> change)
    {
        await using var connection = await Redis.ConnectAsync();
        await change(connection.GetDatabase());
    }

    /// <summary>The number of a series; null when it isn't there.</summary>
    public async Task<double?> MetricAsync(string series)
    {
        var text = (await GetAsync("/metrics")).Body;
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? null : double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Takes a job as a worker would; null when none waits.</summary>
    public Task<ClaimedJob?> ClaimAsync() => Queue.ClaimAsync("default", "worker-1", Stop);

    /// <summary>As <see cref="ClaimAsync"/>; null also while Redis is away.</summary>
    public async Task<ClaimedJob?> TryClaimAsync()
    {
        try
        {
            return await ClaimAsync();
        }
        catch (HttpSd.Redis.Connection.StoreUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Takes every waiting job and drops it; returns their full paths.</summary>
    public async Task<List<string>> DrainAsync()
    {
        var drained = new List<string>();
        while (await ClaimAsync() is { } job)
        {
            drained.Add(job.FullPath);
            await Queue.FinishAsync(job, FinishMode.Done, Stop);
        }
        return drained;
    }

    /// <summary>Runs a claimed job: stores this list and acknowledges.</summary>
    public async Task<CommitOutcome> RunAsync(ClaimedJob job, string json, TimeSpan? cacheTtl = null, TimeSpan? staleTtl = null, TimeSpan? retention = null)
    {
        var list = TargetListBuilder.Build(Encoding.UTF8.GetBytes(json), new TargetListLimits()).List!;
        var path = RequestKey.Parse(job.FullPath).Path;
        var definition = Services.GetRequiredService<DefinitionWatcher>().Table.Find(path)!.Definition;
        var outcome = await Cache.CommitAsync(
            new ResultCommit(
                job.FullPath,
                job.Token,
                list.ETag,
                list.Body,
                BodyGzip.Compress(list.Body),
                cacheTtl ?? definition.CacheTtl,
                staleTtl ?? definition.StaleTtl,
                retention ?? TimeSpan.FromHours(24),
                list.TargetCount,
                list.GroupCount,
                TimeSpan.FromMilliseconds(20),
                definition.Hash,
                list.Warnings),
            Stop);
        await Queue.FinishAsync(job, FinishMode.Done, Stop);
        return outcome;
    }

    /// <summary>Runs the next job, which must store.</summary>
    public async Task RunNextAsync(string json, TimeSpan? cacheTtl = null, TimeSpan? staleTtl = null, TimeSpan? retention = null) =>
        (await RunAsync((await ClaimAsync())!, json, cacheTtl, staleTtl, retention)).Should().Be(CommitOutcome.Stored);

    /// <summary>The next job fails.</summary>
    public async Task FailNextAsync(string type, string message, string traceback, TimeSpan backoff)
    {
        await FailAsync((await ClaimAsync())!, type, message, traceback, backoff);
    }

    /// <summary>A claimed job fails.</summary>
    public async Task FailAsync(ClaimedJob job, string type, string message, string traceback, TimeSpan backoff)
    {
        await Cache.FailAsync(
            job.FullPath,
            job.Token,
            new CachedError(default, type, message, traceback, "", "worker-1", job.JobId, TimeSpan.FromSeconds(1.5)),
            TimeSpan.FromHours(1),
            backoff,
            Stop);
        await Queue.FinishAsync(job, FinishMode.Done, Stop);
    }

    public async Task<Reply> GetAsync(string url, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        return await SendAsync(request, headers);
    }

    /// <summary>Sends the query as it stands, also what no encoder would write.</summary>
    public async Task<Reply> GetRawAsync(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(
            Client.BaseAddress!.GetLeftPart(UriPartial.Authority) + url,
            new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        return await SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request, Stop);
        return await Reply.ReadAsync(response, Stop);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Reply(int Status, string ContentType, string Body, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string? this[string header] => Headers.GetValueOrDefault(header);

    public static async Task<Reply> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase);
        return new Reply((int)response.StatusCode, headers.GetValueOrDefault("Content-Type") ?? "", Encoding.UTF8.GetString(bytes), bytes, headers);
    }
}
