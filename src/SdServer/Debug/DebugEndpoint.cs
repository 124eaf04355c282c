using HttpSd.Core.Definitions;
using HttpSd.Core.Freshness;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.SdServer.Discovery;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Debug;

/// <summary><c>?debug=true</c>: what Redis knows, never what memory does; reads only.</summary>
internal sealed class DebugEndpoint(ResultCache cache, JobQueue queue, AnswerWriter writer, IOptions<ServerOptions> options)
{
    // A result can be replaced between the reading of its meta and of its body.
    private const int Tries = 3;

    /// <summary>One generator that has the path itself.</summary>
    public Task WriteOneAsync(HttpContext context, PublishedDefinition generator, TargetsRequest request) => GuardAsync(context, async () =>
    {
        var (state, refusal) = await GatherAsync(generator.Definition, request, request.Without("debug"), context.RequestAborted);
        await (state is null
            ? writer.WriteAsync(context, ListAnswer.Refused(refusal!))
            : JsonAnswer.WriteAsync(context, json => DebugJson.Write(json, state)));
    });

    /// <summary>Every generator below a prefix.</summary>
    public Task WriteManyAsync(
        HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request) => GuardAsync(context, async () =>
    {
        var states = new List<(string Path, DebugState State)>();
        var query = RawQuery.Without(request.RawQuery, "debug") is { Length: > 0 } rest ? "?" + rest : "";
        foreach (var definition in generators.Select(g => g.Definition))
        {
            var named = $"{options.Value.Prefix}/targets/{definition.Path}{query}";
            var (state, refusal) = await GatherAsync(definition, request, named, context.RequestAborted);
            if (state is null)
            {
                await writer.WriteAsync(context, ListAnswer.Refused(refusal!));
                return;
            }
            states.Add((definition.Path, state));
        }
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("requested_path", request.Without("debug"));
            json.WriteStartObject("generators");
            foreach (var (path, state) in states)
            {
                json.WritePropertyName(path);
                DebugJson.Write(json, state);
            }
            json.WriteEndObject();
            json.WriteEndObject();
        });
    });

    private async Task<(DebugState? State, string? Refusal)> GatherAsync(
        GeneratorDefinition definition, TargetsRequest request, string named, CancellationToken cancellationToken)
    {
        var resolved = ParameterRules.Resolve(definition, request.Parameters);
        if (resolved.Key is not { } key)
            return (null, resolved.Refusal);
        var (entry, body) = await ReadAsync(key.FullPath, cancellationToken);
        var job = await queue.ReadJobAsync(definition.WorkerPool, key.FullPath, cancellationToken);
        var state = FreshnessPolicy.Decide(
            entry.Now,
            entry.Result?.Times,
            request.PollInterval,
            definition.Suspend,
            definition.Runtime == GeneratorRuntime.Static,
            definitionChanged: false).State;
        return (new DebugState(named, entry, body, state, job), null);
    }

    private async Task<(CacheEntry Entry, ReadOnlyMemory<byte>? Body)> ReadAsync(string fullPath, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var entry = await cache.ReadAsync(fullPath, cancellationToken);
            if (entry.Result is not { } result)
                return (entry, null);
            var body = await cache.ReadBodyAsync(fullPath, result.ETag, cancellationToken);
            if (body is not null || attempt == Tries)
                return (entry, body);
        }
    }

    private async Task GuardAsync(HttpContext context, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (StoreUnavailableException)
        {
            await writer.WriteAsync(context, ListAnswer.Failed(ListOutcome.StoreUnavailable));
        }
    }
}
