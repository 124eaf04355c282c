using System.Text.Json;
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
    public async Task WriteOneAsync(HttpContext context, PublishedDefinition generator, TargetsRequest request)
    {
        if (await ResolveAsync(context, [generator], request) is not [var (definition, key)])
            return;
        try
        {
            var state = await GatherAsync(definition, key, request, request.Without("debug"), context.RequestAborted);
            await JsonAnswer.WriteAsync(context, json => DebugJson.Write(json, state));
        }
        catch (StoreUnavailableException)
        {
            await writer.WriteAsync(context, ListAnswer.Failed(ListOutcome.StoreUnavailable));
        }
    }

    /// <summary>Every generator below a prefix, one at a time: together they may be larger than the memory.</summary>
    public async Task WriteManyAsync(HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request)
    {
        if (await ResolveAsync(context, generators, request) is not { } keys)
            return;
        var query = RawQuery.Without(request.RawQuery, "debug") is { Length: > 0 } rest ? "?" + rest : "";
        try
        {
            await using var json = new JsonStream(context);
            foreach (var (definition, key) in keys)
            {
                var named = $"{options.Value.Prefix}/targets/{definition.Path}{query}";
                var state = await GatherAsync(definition, key, request, named, context.RequestAborted);
                await json.WriteAsync(w =>
                {
                    if (!json.HasBegun)
                        Begin(w, request);
                    w.WritePropertyName(definition.Path);
                    DebugJson.Write(w, state);
                });
            }
            await json.WriteAsync(End);
        }
        catch (StoreUnavailableException) when (!context.Response.HasStarted)
        {
            await writer.WriteAsync(context, ListAnswer.Failed(ListOutcome.StoreUnavailable));
        }
        catch (StoreUnavailableException)
        {
            context.Abort();
        }
    }

    private static void Begin(Utf8JsonWriter json, TargetsRequest request)
    {
        json.WriteStartObject();
        json.WriteString("requested_path", request.Without("debug"));
        json.WriteStartObject("generators");
    }

    private static void End(Utf8JsonWriter json)
    {
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>The keys; null after a refusal was written.</summary>
    private async Task<List<(GeneratorDefinition Definition, RequestKey Key)>?> ResolveAsync(
        HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request)
    {
        var keys = new List<(GeneratorDefinition, RequestKey)>();
        foreach (var definition in generators.Select(g => g.Definition))
        {
            var resolved = ParameterRules.Resolve(definition, request.Parameters);
            if (resolved.Key is not { } key)
            {
                await writer.WriteAsync(context, ListAnswer.Refused(resolved.Refusal!));
                return null;
            }
            keys.Add((definition, key));
        }
        return keys;
    }

    private async Task<DebugState> GatherAsync(
        GeneratorDefinition definition, RequestKey key, TargetsRequest request, string named, CancellationToken cancellationToken)
    {
        var (entry, body) = await ReadAsync(key.FullPath, cancellationToken);
        var job = await queue.ReadJobAsync(definition.WorkerPool, key.FullPath, cancellationToken);
        var state = FreshnessPolicy.Decide(
            entry.Now,
            entry.Result?.Times,
            request.PollInterval,
            definition.Suspend,
            definition.Runtime == GeneratorRuntime.Static,
            definitionChanged: false).State;
        return new DebugState(named, entry, body, state, job);
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
}
