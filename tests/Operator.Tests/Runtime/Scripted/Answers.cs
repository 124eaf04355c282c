using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Connections.Features;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

/// <summary>What API servers say, and what comes of it on bad days.</summary>
internal static class Answers
{
    public static string Thing(string name, string version, string? uid = null, string size = "1", string ns = "default") =>
        $$$"""{"apiVersion":"test.httpsd.io/v1","kind":"Thing","metadata":{"name":"{{{name}}}","namespace":"{{{ns}}}","uid":"{{{uid ?? "uid-" + name}}}","resourceVersion":"{{{version}}}"},"spec":{"size":{{{size}}}}}""";

    public static string Line(string type, string json) => $$"""{"type":"{{type}}","object":{{json}}}""" + "\n";

    public static string Bookmark(string version) =>
        Line("BOOKMARK", $$$"""{"kind":"Thing","apiVersion":"test.httpsd.io/v1","metadata":{"resourceVersion":"{{{version}}}"}}""");

    public static string ServerStatus(int code, string reason = "", string details = "{}") =>
        $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","message":"scripted","reason":"{{reason}}","details":{{details}},"code":{{code}}}""";

    public static Task ItemsAsync(this HttpContext context, string version, params string[] things) =>
        context.PageAsync(version, "", things);

    public static Task PageAsync(this HttpContext context, string version, string next, params string[] things)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            $$$"""{"kind":"ThingList","metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', things)}}}]}""");
    }

    public static async Task LinesAsync(this HttpContext context, params string[] lines)
    {
        await context.Response.StartAsync();
        foreach (var line in lines)
            await context.Response.WriteAsync(line);
        await context.Response.Body.FlushAsync();
    }

    /// <summary>Headers, these lines, and then nothing until the client goes.</summary>
    public static async Task SilenceAsync(this HttpContext context, params string[] lines)
    {
        await context.LinesAsync(lines);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    /// <summary>These lines, and then the connection breaks.</summary>
    public static async Task CutAsync(this HttpContext context, params string[] lines)
    {
        await context.LinesAsync(lines);
        await Task.Delay(50);
        context.Abort();
    }

    public static Task RefuseAsync(this HttpContext context, int code, string reason = "", int? retryAfter = null, string details = "{}")
    {
        context.Response.StatusCode = code;
        if (retryAfter is { } seconds)
            context.Response.Headers.RetryAfter = $"{seconds}";
        return context.Response.WriteAsync(ServerStatus(code, reason, details));
    }

    /// <summary>The whole connection ends in order: GOAWAY over HTTP/2, Connection: close before.</summary>
    public static void CloseConnection(this HttpContext context) =>
        context.Features.Get<IConnectionLifetimeNotificationFeature>()!.RequestClose();
}
