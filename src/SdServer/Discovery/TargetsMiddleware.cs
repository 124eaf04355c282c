using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Debug;
using HttpSd.SdServer.Door;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Metrics;
using HttpSd.SdServer.Reload;
using HttpSd.SdServer.Requests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Discovery;

/// <summary>
/// A request for targets, from the socket to the bytes: (1) a list in memory that is verified goes out at once;
/// (2) else the request is read, and the generator found, or those below a prefix; (3) reload and debug go
/// their own ways; (4) to (8) stand in <see cref="ListLookup"/>; (9) the answer is written and counted.
/// </summary>
/// <remarks>
/// Ahead of routing, because at the sizes of target lists routing costs as much as the answer. Continuations
/// run on the thread that reads the sockets, so (1) may not block, and all the rest leaves that thread first.
/// </remarks>
internal sealed class TargetsMiddleware(
    DefinitionWatcher definitions,
    HotPaths hot,
    ListMemory memory,
    ListLookup lookup,
    WaitingLookup waiting,
    PrefixLists prefixes,
    ReloadEndpoint reload,
    DebugEndpoint debug,
    AnswerWriter writer,
    Access access,
    ServerMetrics metrics,
    IOptions<ServerOptions> options,
    TimeProvider time)
{
    private readonly PathString root = options.Value.Prefix + "/targets";
    private readonly TimeSpan localFreshness = options.Value.LocalFreshness;

    public RequestDelegate Wrap(RequestDelegate next) => context =>
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        if (raw.Method == "GET" && hot.Find(raw.RawTarget) is { } path && TryServe(context, path) is { } served)
            return served;
        // The web server has resolved these already: what was asked for is no path of ours, whatever it leads to.
        if (DotSegments.AreIn(raw.RawTarget))
            return AnswerWriter.WriteErrorAsync(context, StatusCodes.Status404NotFound, ErrorBodies.NotFound);
        return DecodedPath.Of(raw.RawTarget, context.Request.Path).StartsWithSegments(root, StringComparison.Ordinal, out var below)
            ? AnswerAsync(context, below.Value ?? "")
            : next(context);
    };

    // 1. Verified in memory and still good.
    private Task? TryServe(HttpContext context, HotPath path)
    {
        var started = time.GetTimestamp();
        if (memory.Find(path.Key.FullPath) is not { } slot
            || slot.Verified(time, localFreshness) is not { Body: { } body } snapshot
            || !writer.IsReady(context, body)
            || !access.IsKnown(context, path.Generator.Definition))
            return null;
        if (lookup.Serve(path.Generator, path.Key, slot, snapshot, TargetsRequest.Interval(context.Request)) is not { } answer)
            return null;
        var writing = writer.WriteListAsync(
            context, body, answer.Age, answer.Outcome == ListOutcome.Stale, snapshot.Modified!);
        metrics.Looked(answer.Outcome);
        metrics.Answered(path.Key.Path, answer.Outcome, time.GetElapsedTime(started));
        return writing;
    }

    private async Task AnswerAsync(HttpContext context, string below)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await RouteAsync(context, below);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
    }

    private async Task RouteAsync(HttpContext context, string below)
    {
        var started = time.GetTimestamp();
        // As they are written: the web server takes "HeAD" for no HEAD either.
        if (context.Request.Method != HttpMethods.Get && context.Request.Method != HttpMethods.Head)
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await AnswerWriter.WriteErrorAsync(context, StatusCodes.Status405MethodNotAllowed, ErrorBodies.MethodNotAllowed);
            return;
        }

        // 2. The request, and whom it concerns.
        var request = TargetsRequest.Read(context.Request, below);
        var table = definitions.Table;
        var generator = table.Find(request.Path);
        var under = generator is null ? table.Below(request.Path) : [generator];
        if (under.Count == 0)
        {
            // Before the definitions were seen nobody knows that there is no such path.
            await (definitions.Loaded
                ? AnswerWriter.WriteErrorAsync(context, StatusCodes.Status404NotFound, ErrorBodies.NotFound)
                : writer.WriteAsync(context, ListAnswer.Failed(ListOutcome.StoreUnavailable)));
            return;
        }

        if (!await access.CheckAsync(context, under, request))
            return;
        if (RequestQuery.Problem(request.RawQuery) is { } problem
            && under.Any(g => g.Definition.Runtime != GeneratorRuntime.Static))
        {
            await AnswerWriter.WriteErrorAsync(context, StatusCodes.Status400BadRequest, ErrorBodies.Of(problem));
            return;
        }

        // 3. People's requests: neither counted nor held up by what memory says.
        if (request.Reload)
        {
            await reload.WriteAsync(context, under, request);
            return;
        }
        if (request.Debug)
        {
            await (generator is null ? debug.WriteManyAsync(context, under, request) : debug.WriteOneAsync(context, generator, request));
            return;
        }

        // 9. Written and counted.
        var outcome = generator is null
            ? await prefixes.WriteAsync(context, under, request, started)
            : await WriteOneAsync(context, table, generator, request, started);
        metrics.Answered(request.Path, outcome, time.GetElapsedTime(started));
    }

    private async Task<ListOutcome> WriteOneAsync(
        HttpContext context, DefinitionTable table, PublishedDefinition generator, TargetsRequest request, long started)
    {
        var found = await lookup.FindAsync(generator, request, context.RequestAborted);
        var answer = await waiting.HoldAsync(found, generator, request, started, context.RequestAborted);
        metrics.Looked(answer.Outcome);
        await writer.WriteAsync(context, answer);
        if (answer.IsServed && request.RawQuery.Length == 0 && request.RawPath == $"{root}/{generator.Definition.Path}")
            hot.Add(table, request.RawPath, new HotPath(generator, ParameterRules.Resolve(generator.Definition, []).Key!));
        return answer.Outcome;
    }
}
