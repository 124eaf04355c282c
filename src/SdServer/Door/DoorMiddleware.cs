using HttpSd.SdServer.Requests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>
/// Ahead of everything, the list in memory included: (1) what is open to all goes on; (2) the credential is looked
/// at before the path means anything, so that a stranger's answer never depends on it; (3) debug, reload and the
/// page for people may need another one.
/// </summary>
internal sealed class DoorMiddleware(
    Keys keys, Access access, Refusals refusals, IOptions<AuthOptions> auth, IOptions<ServerOptions> server)
{
    private readonly AuthMode mode = auth.Value.Mode;
    private readonly string prefix = server.Value.Prefix;
    private readonly string[] open = Open(server.Value.Prefix, auth.Value.ProtectMetrics);

    public RequestDelegate Wrap(RequestDelegate next)
    {
        if (mode == AuthMode.None && keys.Privileged is null)
            return next;
        return context =>
        {
            // 1. Exactly as they stand: what has to be decoded first is not open.
            if (IsOpen(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget))
                return next(context);
            var special = (keys.Privileged is not null || mode == AuthMode.Kubernetes) && IsSpecial(context.Request);
            if (mode == AuthMode.None && !special)
                return next(context);

            // 2. and 3.
            var shown = keys.Look(context.Request);
            if (shown == Shown.Privileged)
                return next(context);
            if (shown == Shown.Good)
                return special ? refusals.ForbiddenAsync(context) : next(context);
            return mode == AuthMode.Kubernetes && shown == Shown.Wrong
                ? access.LetInAsync(context, next, special && keys.Privileged is not null, IsPage(context.Request))
                : refusals.UnauthorizedAsync(context, shown);
        };
    }

    private static string[] Open(string prefix, bool protectMetrics)
    {
        string[] names = protectMetrics ? ["/healthz", "/readyz"] : ["/healthz", "/readyz", "/metrics"];
        return prefix.Length == 0 ? names : [.. names, .. names.Select(n => prefix + n)];
    }

    private bool IsOpen(string rawTarget)
    {
        foreach (var path in open)
        {
            if (rawTarget.StartsWith(path, StringComparison.Ordinal) && (rawTarget.Length == path.Length || rawTarget[path.Length] == '?'))
                return true;
        }
        return false;
    }

    private bool IsSpecial(HttpRequest request) => IsPage(request)
        || (request.QueryString.Value is { Length: > 1 } query && TargetsRequest.Switches(query) is { Debug: true } or { Reload: true });

    // Routing takes it with and without the slash, and in any case.
    private bool IsPage(HttpRequest request) =>
        (request.Path.Value ?? "").Trim('/').Equals(prefix.Trim('/'), StringComparison.OrdinalIgnoreCase);
}
