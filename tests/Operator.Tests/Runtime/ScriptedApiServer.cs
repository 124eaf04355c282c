using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace HttpSd.Operator.Tests.Runtime;

internal sealed record ApiRequest(string Method, string Path, string Query, string Body);

/// <summary>
/// Just enough of an API server: objects by path with resource versions as preconditions, merge patches, and a
/// switch for each kind of trouble.
/// </summary>
internal sealed class ScriptedApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Lock gate = new();
    private readonly Dictionary<string, JsonObject> objects = [];
    private readonly ConcurrentDictionary<string, bool> down = new();
    private int version;

    private ScriptedApiServer(WebApplication app) => this.app = app;

    public ConcurrentQueue<ApiRequest> Requests { get; } = new();

    /// <summary>The status that every request gets instead of an answer; 0 answers.</summary>
    public int Refuses { get; set; }

    /// <summary>What stands in such an answer in place of a Status.</summary>
    public string? Says { get; set; }

    /// <summary>What a request waits for before its answer is decided.</summary>
    public Func<ApiRequest, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a decided answer waits for.</summary>
    public Func<ApiRequest, Task> After { get; set; } = _ => Task.CompletedTask;

    public static async Task<ScriptedApiServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ScriptedApiServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>A client with a name, so that its connection alone can be cut.</summary>
    public k8s.Kubernetes Connect(string client = "one") =>
        new(new KubernetesClientConfiguration { Host = app.Urls.First() }, new Named(client));

    public void Cut(string client) => down[client] = true;

    public void Mend(string client) => down.TryRemove(client, out _);

    public JsonObject? Find(string path)
    {
        lock (gate)
            return objects.GetValueOrDefault(path)?.DeepClone() as JsonObject;
    }

    public JsonObject Put(string path, JsonObject value)
    {
        lock (gate)
        {
            value = (JsonObject)value.DeepClone();
            (value["metadata"] ??= new JsonObject())["resourceVersion"] = $"{++version}";
            objects[path] = value;
            return (JsonObject)value.DeepClone();
        }
    }

    public void Remove(string path)
    {
        lock (gate)
            objects.Remove(path);
    }

    public IReadOnlyList<JsonObject> Under(string path)
    {
        lock (gate)
            return [.. objects.Where(o => o.Key.StartsWith(path + "/", StringComparison.Ordinal)).Select(o => (JsonObject)o.Value.DeepClone())];
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        if (down.ContainsKey(context.Request.Headers["X-Client"].ToString()))
        {
            context.Abort();
            return;
        }
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var path = context.Request.Path.Value!;
        var request = new ApiRequest(context.Request.Method, path, context.Request.QueryString.Value ?? "", body);
        Requests.Enqueue(request);
        await Before(request);
        var (status, answer) = Refuses != 0 ? (Refuses, null) : Decide(context.Request.Method, path, body);
        await After(request);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Refuses != 0 && Says is { } says ? says : (answer ?? new JsonObject { ["kind"] = "Status", ["code"] = status }).ToJsonString());
    }

    private (int Status, JsonObject? Answer) Decide(string method, string path, string body)
    {
        lock (gate)
        {
            var given = body.Length == 0 ? null : (JsonObject)JsonNode.Parse(body)!;
            if (method == "POST")
            {
                var place = $"{path}/{given!["metadata"]!["name"]}";
                return objects.ContainsKey(place) ? (409, null) : (201, Put(place, given));
            }
            path = path.EndsWith("/status", StringComparison.Ordinal) ? path[..^"/status".Length] : path;
            if (!objects.TryGetValue(path, out var known))
                return (404, null);
            if (method == "GET")
                return (200, (JsonObject)known.DeepClone());
            var expected = given!["metadata"]?["resourceVersion"]?.ToString();
            if (expected is not null && expected != known["metadata"]!["resourceVersion"]!.ToString())
                return (409, null);
            if (method == "PUT")
                return (200, Put(path, given));
            var patched = (JsonObject)known.DeepClone();
            Merge(patched, given);
            return (200, JsonNode.DeepEquals(patched, known) ? patched : Put(path, patched));
        }
    }

    private static void Merge(JsonObject into, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
                into.Remove(name);
            else if (value is JsonObject inner && into[name] is JsonObject outer)
                Merge(outer, inner);
            else
                into[name] = value.DeepClone();
        }
    }

    private sealed class Named(string client) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Add("X-Client", client);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
