using HttpSd.Core;
using HttpSd.SdServer.Discovery;
using HttpSd.ServiceDefaults;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Prometheus;

namespace HttpSd.SdServer.Door;

/// <summary>Answers who is not let in: always the same, whatever was asked for.</summary>
internal sealed class Refusals(
    ProcessMetrics metrics, RefusalDelay delay, IOptions<AuthOptions> options, TimeProvider time, ILogger<Refusals> log)
{
    private static readonly byte[] Unauthorized = ErrorBodies.Of("unauthorized");
    private static readonly byte[] Forbidden = ErrorBodies.Of("forbidden");
    private static readonly byte[] NoCertificate = ErrorBodies.Of("client certificate required");
    private static readonly byte[] Unavailable = ErrorBodies.Of("authorization unavailable");

    private static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    private readonly Counter refusals = WithEvery(metrics.Factory.CreateCounter(
        "httpsd_auth_refusals_total", "Requests that were not let in.", ["reason"]));

    private readonly string challenge = options.Value.Mode == AuthMode.Basic
        ? "Basic realm=\"httpsd\", charset=\"UTF-8\""
        : "Bearer realm=\"httpsd\"";

    private long logged;
    private long silent;

    /// <summary>401: no good credential.</summary>
    public async Task UnauthorizedAsync(HttpContext context, Shown shown)
    {
        Note(context, shown switch { Shown.Missing => "missing", Shown.Malformed => "malformed", _ => "wrong" });
        await delay.HoldAsync(delay.Next(context.Connection.RemoteIpAddress), context.RequestAborted);
        context.Response.Headers.WWWAuthenticate = challenge;
        await AnswerWriter.WriteErrorAsync(context, StatusCodes.Status401Unauthorized, Unauthorized);
    }

    /// <summary>403: no certificate, where clients must show one.</summary>
    public Task CertificateMissingAsync(HttpContext context)
    {
        Note(context, "certificate");
        return AnswerWriter.WriteErrorAsync(context, StatusCodes.Status403Forbidden, NoCertificate);
    }

    /// <summary>403: a good one, without the right.</summary>
    public Task ForbiddenAsync(HttpContext context)
    {
        Note(context, "forbidden");
        return AnswerWriter.WriteErrorAsync(context, StatusCodes.Status403Forbidden, Forbidden);
    }

    /// <summary>503: nobody can say.</summary>
    public Task UnavailableAsync(HttpContext context)
    {
        Note(context, "unavailable");
        context.Response.Headers.RetryAfter = "5";
        return AnswerWriter.WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, Unavailable);
    }

    private static Counter WithEvery(Counter counter)
    {
        foreach (var reason in new[] { "missing", "malformed", "wrong", "forbidden", "certificate", "unavailable" })
            counter.WithLabels(reason);
        return counter;
    }

    private void Note(HttpContext context, string reason)
    {
        refusals.WithLabels(reason).Inc();
        var last = Interlocked.Read(ref logged);
        if ((last != 0 && time.GetElapsedTime(last) < LogInterval)
            || Interlocked.CompareExchange(ref logged, time.GetTimestamp(), last) != last)
        {
            Interlocked.Increment(ref silent);
            return;
        }
        // The query may have a secret in it that was meant for the script.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget.Split('?')[0] ?? "";
        Log.Refused(log, context.Connection.RemoteIpAddress, Excerpt.Of(target), reason, Interlocked.Exchange(ref silent, 0));
    }
}
