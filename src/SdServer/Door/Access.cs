using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using HttpSd.Core.Definitions;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Requests;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>
/// Mode <c>kubernetes</c>: the door learns who it is; the rights are asked where the generators are known, so that
/// what is checked is what is served.
/// </summary>
internal sealed class Access(ReviewClient reviews, Refusals refusals, IOptions<AuthOptions> options, TimeProvider time, ILogger<Access> log)
{
    private const int AtOnce = 8;

    private readonly ReviewCache<JsonObject?> users = new(time, log);
    private readonly ReviewCache<bool> rights = new(time, log);

    private readonly bool isAsked = options.Value.Mode == AuthMode.Kubernetes;

    /// <summary>Asks whose the token is, and lets that one in.</summary>
    /// <param name="context">The request.</param>
    /// <param name="next">What is behind the door.</param>
    /// <param name="needsFile">What is asked for needs a credential from a file.</param>
    /// <param name="page">It is the page for people, which shows every generator.</param>
    public async Task LetInAsync(HttpContext context, RequestDelegate next, bool needsFile, bool page)
    {
        // The hash alone is kept. A token without three parts is none of a ServiceAccount: it costs no review.
        if (AuthorizationHeader.Token(context.Request.Headers.Authorization[0]!, options.Value.SchemelessToken) is not { } token
            || token.Split('.').Length != 3)
        {
            await refusals.UnauthorizedAsync(context, Shown.Wrong);
            return;
        }
        var id = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        try
        {
            if (await users.GetAsync(id, () => reviews.UserAsync(token), context.RequestAborted) is not { } user)
                await refusals.UnauthorizedAsync(context, Shown.Wrong);
            else if (needsFile || (page && !await MayAsync(new Caller(id, user), Right.Debug, "", context.RequestAborted)))
                await refusals.ForbiddenAsync(context);
            else
                await GoOnAsync(context, next, new Caller(id, user));
        }
        catch (ReviewUnavailableException)
        {
            await refusals.UnavailableAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone.
        }
    }

    /// <summary>Whether a list may go out without asking anybody.</summary>
    public bool IsKnown(HttpContext context, GeneratorDefinition generator) =>
        !isAsked
        || context.Features.Get<Caller>() is not { } caller
        || (rights.TryGet(KeyOf(caller, Right.List, generator.Name), out var may) && may);

    /// <summary>Whether the caller may do this to all of them; false after the refusal was written.</summary>
    public async Task<bool> CheckAsync(HttpContext context, IReadOnlyList<PublishedDefinition> generators, TargetsRequest request)
    {
        if (context.Features.Get<Caller>() is not { } caller)
            return true;
        var right = request.Reload ? Right.Reload : request.Debug ? Right.Debug : Right.List;
        try
        {
            foreach (var some in generators.Chunk(AtOnce))
            {
                var answers = await Task.WhenAll(some.Select(g => MayAsync(caller, right, g.Definition.Name, context.RequestAborted)));
                if (answers.All(may => may))
                    continue;
                await refusals.ForbiddenAsync(context);
                return false;
            }
            return true;
        }
        catch (ReviewUnavailableException)
        {
            await refusals.UnavailableAsync(context);
            return false;
        }
    }

    private static Task GoOnAsync(HttpContext context, RequestDelegate next, Caller caller)
    {
        context.Features.Set(caller);
        return next(context);
    }

    private async Task<bool> MayAsync(Caller caller, Right right, string name, CancellationToken cancellationToken)
    {
        var (space, own) = name.Split('/') switch
        {
            [""] => ("", ""),
            [var first, var second] => (first, second),
            _ => (null, null),
        };
        // Not of a cluster: nobody was given a right to it.
        return space is not null && await rights.GetAsync(
            KeyOf(caller, right, name), () => reviews.MayAsync(caller.User, right, space, own!), cancellationToken);
    }

    private static string KeyOf(Caller caller, Right right, string name) => $"{caller.Id} {right.Verb} {right.Subresource} {name}";
}
