using System.Diagnostics;
using System.Runtime.Versioning;
using HttpSd.Cli.Embedded;
using HttpSd.Cli.Tests.Docs;
using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Embedded;

/// <summary>The embedded store is for whoever may debug, and for no script.</summary>
[Collection(ServedSamples.OneAtATime)]
[UnsupportedOSPlatform("windows")]
public sealed class EmbeddedPasswordTests : IDisposable
{
    private const string Asks =
        """
        import json, os, socket
        def generate_targets(**kw):
            def ask(*words):
                with socket.create_connection(("127.0.0.1", PORT), timeout=5) as store:
                    store.sendall(("*%d\r\n" % len(words) + "".join("$%d\r\n%s\r\n" % (len(w), w) for w in words)).encode())
                    return store.recv(40).decode()
            try:
                password = open("PASSWORD").read().strip()
            except OSError as e:
                password = type(e).__name__
            return [{"targets": ["a:1"], "labels": {
                "ping": ask("PING"), "delete": ask("DEL", "target_generation_queue"), "guess": ask("AUTH", password),
                "password": password}}]
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-test-").FullName;

    private string PasswordFile => Path.Combine(folder, "httpsd", "store-password");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_script_gets_neither_the_password_nor_an_answer_and_whoever_debugs_does()
    {
        var scripts = Directory.CreateDirectory(Path.Combine(folder, "scripts")).FullName;
        await File.WriteAllTextAsync(Path.Combine(scripts, "plain.json"), """[{"targets": ["b:1"]}]""");
        await using var httpsd = await HttpsdProcess.StartAsync(Environment(), null, [scripts]);
        await File.WriteAllTextAsync(Path.Combine(scripts, "asks.py"),
            Asks.Replace("PORT", $"{httpsd.StorePort}", StringComparison.Ordinal).Replace("PASSWORD", PasswordFile, StringComparison.Ordinal));

        var list = "";
        await Eventually.IsAsync(
            async () => list = await (await httpsd.Client.GetAsync("/targets/asks?env=x")).Content.ReadAsStringAsync(), text => text.Contains("a:1", StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        list.Should().Contain("\"ping\":\"-NOAUTH").And.Contain("\"delete\":\"-NOAUTH").And.Contain("\"guess\":\"-WRONGPASS");
        list.Should().Contain("\"password\":\"PermissionError\"");
        var printed = httpsd.Log.Split('\n').Single(line => line.Contains("embedded store:", StringComparison.Ordinal));
        (await BashAsync(printed.Split("embedded store:")[1] + " PING")).Should().Be("PONG");
        (await httpsd.Client.GetStringAsync("/targets/plain")).Should().Contain("b:1");
        httpsd.Log.Should().NotContain((await File.ReadAllTextAsync(PasswordFile)).Trim());
    }

    [Fact]
    public async Task One_chosen_by_setting_is_the_stores_whatever_the_environment_says_of_users()
    {
        await using var httpsd = await HttpsdProcess.StartAsync(
            new Dictionary<string, string>(Environment()) { ["HTTPSD_Redis__User"] = "somebody", ["HTTPSD_Redis__Password"] = "p@ss word:1" },
            null, [ServeTests.Samples()]);

        (await BashAsync($"REDISCLI_AUTH='p@ss word:1' redis-cli -p {httpsd.StorePort} PING")).Should().Be("PONG");
        (await BashAsync($"redis-cli -p {httpsd.StorePort} PING")).Should().Contain("NOAUTH");
        File.Exists(PasswordFile).Should().BeFalse("nobody needs it");
        httpsd.Log.Should().NotContain("p@ss");
    }

    [Fact]
    public void It_stays_the_same_and_is_the_owners_alone()
    {
        using var cache = new CacheFolder(folder);

        var first = StorePassword.Find(null);
        var second = StorePassword.Find(null);

        first.Value.Should().HaveLength(43).And.Be(second.Value);
        first.File.Should().Be(PasswordFile);
        File.GetUnixFileMode(PasswordFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("short\n", UnixFileMode.UserRead)]
    [InlineData("0123456789012345678901234567890123456789012\n", UnixFileMode.UserRead | UnixFileMode.OtherRead)]
    [InlineData("0123456789012345678901234567890123456789012\n", UnixFileMode.UserRead | UnixFileMode.GroupRead)]
    public void One_that_is_too_short_or_that_others_may_read_is_made_anew(string text, UnixFileMode mode)
    {
        using var cache = new CacheFolder(folder);
        Directory.CreateDirectory(Path.GetDirectoryName(PasswordFile)!);
        File.WriteAllText(PasswordFile, text);
        File.SetUnixFileMode(PasswordFile, mode);

        StorePassword.Find(null).Value.Should().HaveLength(43).And.NotBe(text.Trim());
        File.GetUnixFileMode(PasswordFile).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Where_no_file_can_be_had_it_is_random_and_told_to_nobody()
    {
        var file = Path.Combine(folder, "a-file");
        File.WriteAllText(file, "");
        using var cache = new CacheFolder(file);

        var password = StorePassword.Find(null);

        password.File.Should().BeNull();
        password.Shell.Should().BeEmpty();
        password.Value.Should().HaveLength(43).And.NotBe(StorePassword.Find(null).Value);
    }

    [Fact]
    public void Many_at_once_agree_on_one()
    {
        using var cache = new CacheFolder(folder);

        var values = new string[8];
        Parallel.For(0, values.Length, i => values[i] = StorePassword.Find(null).Value);

        values.Distinct().Should().ContainSingle();
    }

    private Dictionary<string, string> Environment() => new() { ["XDG_CACHE_HOME"] = folder };

    private static async Task<string> BashAsync(string command)
    {
        using var bash = Process.Start(new ProcessStartInfo("timeout", ["20", "bash", "-c", command]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        return output.Trim();
    }

    /// <summary>Tests of this collection run one at a time, so the variable is theirs.</summary>
    private sealed class CacheFolder : IDisposable
    {
        private const string Name = "XDG_CACHE_HOME";
        private readonly string? before = System.Environment.GetEnvironmentVariable(Name);

        public CacheFolder(string folder) => System.Environment.SetEnvironmentVariable(Name, folder);

        public void Dispose() => System.Environment.SetEnvironmentVariable(Name, before);
    }
}
