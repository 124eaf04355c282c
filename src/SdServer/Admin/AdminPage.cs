using System.Globalization;
using System.Net;
using System.Text;
using HttpSd.Core;
using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
using HttpSd.SdServer.Metrics;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Admin;

/// <summary>The page for people: every path, how it stands, links to its list and its debug output. No scripts.</summary>
internal sealed class AdminPage(
    DefinitionWatcher definitions, GeneratorStates states, StoreCircuit circuit, IOptions<ServerOptions> options)
{
    private const int MaxRows = 1000;

    private const string Head = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><title>HttpSd</title>
        <meta name="viewport" content="width=device-width">
        <style>body{font:15px/1.5 system-ui,sans-serif;margin:2em;color:#222}table{border-collapse:collapse}
        th,td{text-align:left;padding:.3em 1em .3em 0;border-bottom:1px solid #ddd;vertical-align:top}
        td.n{text-align:right}.e{color:#a00}</style></head><body><h1>HttpSd</h1>
        """;

    /// <summary>Writes the page.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        var table = definitions.Table;
        var read = await states.ReadAsync([.. table.All.Take(MaxRows).Select(d => d.Definition)], context.RequestAborted);
        var page = new StringBuilder(Head);
        page.Append(CultureInfo.InvariantCulture, $"<p>{Summary(table.Count)}</p>");
        if (circuit.IsOpen && definitions.Loaded)
            page.Append("<p class=e>Redis is away. These are the lists that this server knows and serves on for ")
                .Append(GoDuration.Format(options.Value.StaleIfError)).Append("; of the others it shows –.</p>");
        page.Append("<table><thead><tr><th>path<th>runtime<th>targets<th>age<th>last error<th></thead><tbody>");
        foreach (var state in read)
            Append(page, state);
        page.Append("</tbody></table></body></html>\n");
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(page.ToString(), context.RequestAborted);
    }

    private string Summary(int count) =>
        !definitions.Loaded ? "The definitions have not been loaded yet: is Redis there?"
        : count > MaxRows ? $"{count} paths; the first {MaxRows} of them:"
        : $"{count} {(count == 1 ? "path" : "paths")}";

    private void Append(StringBuilder page, GeneratorState state)
    {
        var link = WebUtility.HtmlEncode($"{options.Value.Prefix}/targets/{state.Definition.Path}");
        var result = state.Entry?.Result;
        page.Append("<tr><td><a href=\"").Append(link).Append("\">").Append(WebUtility.HtmlEncode(state.Definition.Path)).Append("</a><td>")
            .Append(state.Definition.Runtime.ToString().ToLowerInvariant())
            .Append(state.Definition.Suspend ? ", suspended" : "")
            .Append("<td class=n>").Append(result?.Targets.ToString(CultureInfo.InvariantCulture) ?? "–")
            .Append("<td>").Append(result is null ? "–" : Age(state.Now - result.Times.UpdatedAt))
            .Append("<td class=e>").Append(WebUtility.HtmlEncode(Error(state)))
            .Append("<td><a href=\"").Append(link).Append("?debug=true\">debug</a>\n");
    }

    private static string Error(GeneratorState state) =>
        state.Entry?.Error is { } error ? $"{Excerpt.Of(error.Type)}: {Excerpt.Of(error.Message)}" : "";

    private static string Age(TimeSpan age) =>
        age < TimeSpan.Zero ? "0s" : GoDuration.Format(TimeSpan.FromSeconds(Math.Floor(age.TotalSeconds)));
}
