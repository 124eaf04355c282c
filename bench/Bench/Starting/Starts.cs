using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Bench.Starting;

/// <summary>From the start of a process to its first answer.</summary>
internal static class Starts
{
    private const int Times = 5;

    public static async Task MeasureAsync(Page page)
    {
        page.Section("Start");
        var samples = Path.Combine(Programs.Root, "config", "samples");
        var serve = new List<TimeSpan>();
        for (var n = 0; n < Times; n++)
        {
            var port = RedisServer.FreePort();
            string[] arguments = [Path.Combine(Programs.Root, "src", "Cli", "bin", "Release", "net10.0", "httpsd.dll"), "serve", samples, "--urls", $"http://127.0.0.1:{port}", "--metrics-urls", $"http://127.0.0.1:{RedisServer.FreePort()}"];
            serve.Add(await FirstAnswerAsync(arguments, $"http://127.0.0.1:{port}/targets/my-service"));
        }
        page.Row("`httpsd serve` → first 200 of a script's list", Page.Percentiles(serve), "below 2 s");

        await using var store = await Store.StartAsync();
        await store.PublishAsync([Store.Static("s", Store.List(10))]);
        var server = new List<TimeSpan>();
        for (var n = 0; n < Times; n++)
        {
            var url = $"http://127.0.0.1:{RedisServer.FreePort()}";
            server.Add(await FirstAnswerAsync([Programs.Assembly("SdServer"), $"--Server:Urls={url}", $"--Redis:Url={store.Url}"], url + "/readyz"));
        }
        page.Row("server process → ready", Page.Percentiles(server), "below 1 s");
    }

    private static async Task<TimeSpan> FirstAnswerAsync(string[] arguments, string url)
    {
        using var client = new HttpClient();
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            while (!await IsAnsweredAsync(client, url))
            {
                if (process.HasExited || Stopwatch.GetElapsedTime(since) > TimeSpan.FromMinutes(1))
                    throw new InvalidOperationException($"no answer from {url}");
                await Task.Delay(5);
            }
            return Stopwatch.GetElapsedTime(since);
        }
        finally
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await process.WaitForExitAsync();
        }
    }

    private static async Task<bool> IsAnsweredAsync(HttpClient client, string url)
    {
        try
        {
            using var answer = await client.GetAsync(new Uri(url));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
