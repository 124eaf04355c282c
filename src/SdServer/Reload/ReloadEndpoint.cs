using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using HttpSd.SdServer.Discovery;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Requests;

namespace HttpSd.SdServer.Reload;

/// <summary><c>?reload=true</c>: forget what is stored and make it anew.</summary>
internal sealed class ReloadEndpoint(
    JobQueue queue, ResultCache cache, ListMemory memory, ReloadMarks marks, Demand demand, ReloadLimit limit, AnswerWriter writer)
{
    /// <summary>Reloads every generator given, in this order, and answers once.</summary>
    public async Task WriteAsync(HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request)
    {
        try
        {
            // All refusals come first: a refused reload has cleared nothing.
            var keys = new List<(PublishedDefinition Generator, RequestKey Key)>();
            foreach (var generator in generators)
            {
                var admitted = await AdmitAsync(generator, request, context.RequestAborted);
                if (admitted.Key is not { } key)
                {
                    await writer.WriteAsync(context, ListAnswer.Refused(admitted.Refusal!));
                    return;
                }
                keys.Add((generator, key));
            }

            var (message, result, error) = await limit.OnceAsync(keys, () => ReloadAsync(keys));
            await WriteAsync(context, request, message, result, error);
        }
        catch (StoreUnavailableException)
        {
            await writer.WriteAsync(context, ListAnswer.Failed(ListOutcome.StoreUnavailable));
        }
    }

    private async Task<ReloadResult> ReloadAsync(List<(PublishedDefinition Generator, RequestKey Key)> keys)
    {
        var (result, error) = (false, false);
        foreach (var (generator, key) in keys)
        {
            var cleared = await ReloadAsync(generator, key);
            (result, error) = (result | cleared.Result, error | cleared.Error);
        }
        var kept = keys.Select(k => k.Generator.Definition).Where(d => !MayRun(d)).ToList();
        return new ReloadResult(ReloadMessage.Of(keys.Count - kept.Count, kept), result, error);
    }

    private async Task<ParameterResult> AdmitAsync(PublishedDefinition generator, TargetsRequest request, CancellationToken cancellationToken)
    {
        var resolved = ParameterRules.Resolve(generator.Definition, request.Parameters);
        return resolved.Key is { } key && MayRun(generator.Definition)
            && !await demand.AdmitAsync(generator.Definition, key, cancellationToken)
                ? new ParameterResult(null, ListLookup.TooMany(generator.Definition).Refusal)
                : resolved;
    }

    /// <remarks>
    /// Demand first, then the clearing: a process that dies in between has cleared nothing, and its client asks
    /// again. What can't be made again stays: a suspended generator's last list, and one that no worker makes.
    /// </remarks>
    private async Task<ClearResult> ReloadAsync(PublishedDefinition generator, RequestKey key)
    {
        if (!MayRun(generator.Definition))
            return default;
        // What there was is looked at first, and what failed forgiven: a quick run may have put its own list in the place
        // of the one that goes, or counted its own failure on.
        var before = await cache.ReadAsync(key.FullPath, CancellationToken.None);
        await cache.RaiseAsync(key.FullPath, floor: 0, CancellationToken.None);
        // Not the request's token: half a reload is worse than one that nobody waits for.
        var asked = await queue.EnqueueAsync(
            generator.Definition.WorkerPool, key, generator.Revision, reload: true, CancellationToken.None);
        var cleared = await cache.ClearAsync(key.FullPath, asked.Floor, CancellationToken.None);
        memory.Clear(key.FullPath, asked.Floor);
        marks.Note(key.Path, key.FullPath, asked.Floor);
        return new ClearResult(cleared.Result || before.Result is not null, cleared.Error || before.Error is not null);
    }

    private static bool MayRun(GeneratorDefinition definition) =>
        !definition.Suspend && definition.Runtime != GeneratorRuntime.Static;

    private static Task WriteAsync(HttpContext context, TargetsRequest request, string message, bool result, bool error)
    {
        var path = request.Without("reload");
        return JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("status", "reload_initiated");
            json.WriteString("message", message);
            json.WriteString("path", path.Contains('?', StringComparison.Ordinal) ? path : path + "?");
            json.WriteBoolean("cache_cleared", result);
            json.WriteBoolean("error_cache_cleared", error);
            json.WriteEndObject();
        });
    }
}
