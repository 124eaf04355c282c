using System.Net;
using HttpSd.Tests;

namespace HttpSd.Cli.Tests.Serving;

/// <summary>What a restart of <c>serve</c> on a Redis takes away, and what it doesn't.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-restart-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_file_that_is_broken_or_empty_at_a_restart_keeps_its_lists_and_one_that_is_gone_does_not()
    {
        Write("g/broken.json", """[{"targets": ["broken:1"]}]""");
        Write("g/empty.py", "def generate_targets(**kw): return [{'targets': ['empty:1']}]\n");
        Write("g/good.json", """[{"targets": ["good:1"]}]""");
        Write("g/gone.json", """[{"targets": ["gone:1"]}]""");
        await using var redis = await RedisServer.StartAsync();
        await using (var before = await HttpsdProcess.StartAsync(folder, "--redis", redis.Url))
        {
            await ListsAsync(before, "broken:1 empty:1 gone:1 good:1");
            (await before.TerminateAsync()).Should().Be(0);
        }

        Write("g/broken.json", "[{");
        Write("g/empty.py", "");
        File.Delete(Path.Combine(folder, "g/gone.json"));
        await using var after = await HttpsdProcess.StartAsync(folder, "--redis", redis.Url);

        await ListsAsync(after, "broken:1 empty:1 good:1");
        after.Log.Should().Contain($"g/broken stays as it was published before: {folder}/g/broken.json is broken")
            .And.Contain($"g/empty stays as it was published before: {folder}/g/empty.py is empty")
            .And.Contain("Removed g/gone")
            .And.NotContain("no good version of it is known");

        // What was kept for a broken file is let go by what the file then says.
        Write("g/empty.py", "def generate_targets(**kw): return [{'targets': ['mended:1']}]\n");
        File.Delete(Path.Combine(folder, "g/broken.json"));
        await ListsAsync(after, "mended:1 good:1");
        after.Log.Should().Contain("Removed g/broken");
    }

    [Fact]
    public async Task With_the_embedded_store_it_is_said_that_a_broken_file_is_not_served()
    {
        Write("broken.json", "[{");
        Write("good.json", "[]");
        await using var httpsd = await HttpsdProcess.StartAsync(folder);

        httpsd.Log.Should().Contain($"Nothing of {folder}/broken.json is served: no good version of it is known");
        (await httpsd.Client.GetAsync("/targets/broken")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    private static Task ListsAsync(HttpsdProcess httpsd, string targets) => Eventually.IsAsync(
        async () => await (await httpsd.Client.GetAsync("/targets/g")).Content.ReadAsStringAsync(),
        body => body == "[" + string.Join(',', targets.Split(' ').Select(t => $$"""{"targets":["{{t}}"]}""")) + "]",
        TimeSpan.FromSeconds(10));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, name))!);
        File.WriteAllText(Path.Combine(folder, name), text);
    }
}
