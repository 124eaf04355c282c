using HttpSd.SdServer.Requests;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>
/// Ahead of everything, the list in memory included: (1) what is open to all goes on; (2) the credential is looked
/// at before the path means anything, so that a stranger's answer never depends on it; (3) debug, reload and the
/// page for people may need another one. Where clients must show certificates, that is looked at first, and the probes
/// go on without, since a kubelet has none; one that isn't good doesn't come so far.
/// </summary>
internal sealed class DoorMiddleware(
    Keys keys, Access access, Refusals refusals, IOptions<AuthOptions> auth, IOptions<TlsOptions> tls, IOptions<ServerOptions> server)
{
    private readonly AuthMode mode = auth.Value.Mode;
    private readonly string prefix = server.Value.Prefix;
    private readonly string[] probes = Open(server.Value.Prefix, protectMetrics: true);
    private readonly string[] open = Open(server.Value.Prefix, auth.Value.ProtectMetrics);

    public RequestDelegate Wrap(RequestDelegate next)
    {
        var inside = WrapCredentials(next);
        return tls.Value.ClientCertificates != ClientCertificates.Required
            ? inside
            : context => context.Connection.ClientCertificate is not null || !context.Request.IsHttps || IsOpen(context, probes)
                ? inside(context)
                : refusals.CertificateMissingAsync(context);
    }

    private RequestDelegate WrapCredentials(RequestDelegate next)
    {
        if (mode == AuthMode.None && keys.Privileged is null)
            return next;
        return context =>
        {
            // 1. Exactly as they stand: what has to be decoded first is not open.
            if (IsOpen(context, open))
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

    private static bool IsOpen(HttpContext context, string[] paths)
    {
        var rawTarget = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        foreach (var path in paths)
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
