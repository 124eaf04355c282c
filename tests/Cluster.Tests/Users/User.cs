using System.Net;
using System.Text.Json;
using HttpSd.Kube;
using HttpSd.Tests;
using k8s;
using StackExchange.Redis;

namespace HttpSd.Cluster.Tests.Users;

/// <summary>
/// Somebody with kubectl and a namespace: their generators are named after it, so that their paths are, too, and
/// nobody else has them.
/// </summary>
internal sealed class User : IAsyncDisposable
{
    private readonly LocalCluster.Cluster cluster;
    private readonly HttpClient server;
    private readonly Kubernetes kubernetes;
    private ConnectionMultiplexer? redis;

    private User(LocalCluster.Cluster cluster, Part server, string name)
    {
        (this.cluster, Name) = (cluster, name);
        this.server = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(20) };
        kubernetes = new Kubernetes(cluster.Control.AdminConfig);
    }

    /// <summary>The namespace, and the name of the generator that most tests have only one of.</summary>
    public string Name { get; }

    public static Task<User> ComeAsync(LiveCluster live) => ComeAsync(live.Cluster, live.Server);

    /// <param name="cluster">Where.</param>
    /// <param name="server">The one that is asked for lists.</param>
    /// <param name="existing">Null: a new namespace.</param>
    public static async Task<User> ComeAsync(LocalCluster.Cluster cluster, Part server, string? existing = null)
    {
        var user = new User(cluster, server, existing ?? $"u{Guid.NewGuid():n}"[..9]);
        if (existing is null)
            await cluster.MustAsync("create", "namespace", user.Name);
        return user;
    }

    public Task<KubectlResult> KubectlAsync(params string[] arguments) => cluster.Control.KubectlAsync(["-n", Name, .. arguments]);

    /// <summary>Fails unless kubectl succeeds.</summary>
    public Task<string> MustAsync(params string[] arguments) => cluster.MustAsync(["-n", Name, .. arguments]);

    public Task<string> ApplyAsync(string manifest) => cluster.ApplyAsync(manifest, "-n", Name);

    /// <summary>As <see cref="ApplyAsync"/>, also when kubectl refuses something.</summary>
    public async Task<KubectlResult> TryApplyAsync(string manifest, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, manifest);
        var result = await KubectlAsync(["apply", "-f", file, .. arguments]);
        File.Delete(file);
        return result;
    }

    public Task<string> PatchSpecAsync(string name, string json) =>
        MustAsync("patch", "tg", name, "--type=merge", "-p", $$"""{"spec":{{json}}}""");

    /// <summary>The object as the API server holds it now.</summary>
    public async Task<GeneratorView> SeeAsync(string name) => new(
        await kubernetes.CustomObjects.GetNamespacedCustomObjectAsync<JsonElement>("httpsd.io", "v1alpha1", Name, "targetgenerators", name));

    /// <summary>Waits until the operator has said it of the object's present generation.</summary>
    public async Task<GeneratorView> SeeAsync(string name, Func<GeneratorView, bool> wanted)
    {
        GeneratorView? last = null;
        await Patience.UntilAsync(
            async () => (last = await SeeAsync(name)).IsObserved && wanted(last), () => $"{last}");
        return last!;
    }

    /// <summary>What was told about an object, oldest first: type, reason, message.</summary>
    public async Task<IReadOnlyList<Told>> EventsAsync(string name)
    {
        var all = await kubernetes.CoreV1.ListNamespacedEventAsync(Name, fieldSelector: $"involvedObject.name={name}");
        return [.. all.Items.OrderBy(e => e.Metadata.Name, StringComparer.Ordinal).Select(e => new Told(e.Type, e.Reason, e.Message, e.Count ?? 0))];
    }

    /// <summary>Waits until the events are these, in any order; each was told as often as it is given.</summary>
    public async Task ToldAsync(string name, params string[] reasons)
    {
        var now = "";
        var wanted = string.Join(' ', reasons.Order(StringComparer.Ordinal));
        await Patience.UntilAsync(async () =>
        {
            var told = await EventsAsync(name);
            return wanted == (now = string.Join(' ', told.SelectMany(t => Enumerable.Repeat(t.Reason, t.Count)).Order(StringComparer.Ordinal)));
        }, () => $"{wanted} was expected, told was {now}");
    }

    /// <summary>Asks the SD server.</summary>
    public async Task<Answer> GetAsync(string path)
    {
        using var answer = await server.GetAsync(new Uri($"targets/{path}", UriKind.Relative));
        return new Answer(answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks again and again until the answer is this.</summary>
    public async Task AnswersAsync(string path, string body, HttpStatusCode status = HttpStatusCode.OK, double seconds = 15)
    {
        var last = new Answer(default, "");
        await Patience.UntilAsync(async () => (last = await GetAsync(path)) == new Answer(status, body), () => $"{path}: {last}", seconds);
    }

    public Task GoneAsync(string path) => AnswersAsync(path, """{"error":"not found"}""", HttpStatusCode.NotFound);

    public async Task<IDatabase> RedisAsync() => (redis ??= await cluster.Redis.ConnectAsync()).GetDatabase();

    /// <summary>Every key and every field of a hash that has the text in its name, and every job that tells of it.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string text)
    {
        var db = await RedisAsync();
        var found = new List<string>();
        await foreach (var key in redis!.GetServers()[0].KeysAsync(pageSize: 1000))
        {
            if (key.ToString().Contains(text, StringComparison.Ordinal))
                found.Add(key.ToString());
            else if (await db.KeyTypeAsync(key) == RedisType.Hash)
                found.AddRange((await db.HashKeysAsync(key)).Select(f => f.ToString()).Where(f => f.Contains(text, StringComparison.Ordinal)).Select(f => $"{key} {f}"));
        }
        foreach (var queue in (string[])["target_generation_queue", "target_generation_queue:processing"])
            found.AddRange((await db.ListRangeAsync(queue)).Select(j => j.ToString()).Where(j => j.Contains(text, StringComparison.Ordinal)));
        return found;
    }

    public async ValueTask DisposeAsync()
    {
        // Nothing of it is to stay and be polled, or found by tests that count.
        await KubectlAsync("delete", "tg", "--all", "--wait=false");
        server.Dispose();
        kubernetes.Dispose();
        if (redis is not null)
            await redis.DisposeAsync();
    }
}

/// <summary>What the SD server said.</summary>
internal readonly record struct Answer(HttpStatusCode Status, string Body);

/// <summary>One event.</summary>
internal sealed record Told(string Type, string Reason, string Message, int Count);
