using System.Text.Json;
using HttpSd.Cli.Tests.Serving;

namespace HttpSd.Cli.Tests.Check;

/// <summary><c>httpsd check</c> as a user and a pipeline run it.</summary>
public sealed class CheckTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-check-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task All_are_checked_though_some_fail_and_each_is_a_line()
    {
        Mixed();

        var (status, output, error) = await HttpsdProcess.RunAsync(["check", folder]);

        error.Should().BeEmpty();
        status.Should().Be(1);
        var lines = output.Split('\n');
        Line(lines, folder + "/invalid.yaml").Should().Match("*  invalid * -   *-  *-");
        Line(lines, "fails ").Should().Match("fails *  error * s");
        Line(lines, "good ").Should().Match("good *  success *1 *2 * s");
        Line(lines, "hangs ").Should().Match("hangs *  timeout * s");
        Line(lines, "odd ").Should().Match("odd *  success *1 *1 *-");
        Line(lines, "tested ").Should().Match("tested *  success *1 *1 * s");
        lines.Should().Contain("    ValueError: no inventory")
            .And.Contain("    TimeoutError: Generator exceeded timeout limit")
            .And.Contain($"    InvalidManifest: {folder}/invalid.yaml:5: spec.timeout: '5x' is not a duration such as 30s or 1h30m")
            .And.Contain($"warning: {folder}/notes.txt: is neither .yaml, .yml, .json nor .py, ignored");
        lines.Where(line => line.Contains("has a scheme", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().StartWith("    warning: [0].targets[0]: http://a:1 has a scheme");
        output.Should().Contain("raise ValueError('no inventory')").And.Contain("time.sleep(60)", "a time-out says where it hung");
        lines[^2].Should().Be("3 of 6 good, 4 targets.");
    }

    [Fact]
    public async Task The_same_as_JSON()
    {
        Mixed();

        var (status, output, error) = await HttpsdProcess.RunAsync(["check", folder, "--output", "json"]);

        error.Should().BeEmpty();
        status.Should().Be(1);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("failed").GetInt32().Should().Be(3);
        json.RootElement.GetProperty("warnings").EnumerateArray().Single().GetString().Should().Contain("notes.txt");
        json.RootElement.GetProperty("generators").EnumerateArray().Select(Said).Should().BeEquivalentTo(
            $"{folder}/invalid.yaml invalid 0 InvalidManifest",
            "fails error 0 ValueError",
            "good success 2 ",
            "hangs timeout 0 TimeoutError",
            "odd success 1 ",
            "tested success 1 ");
    }

    [Fact]
    public async Task What_a_script_prints_is_in_the_JSON_also_when_it_is_good()
    {
        Write("good.py", "print('loaded')\ndef generate_targets(**kw):\n    print('asked the inventory')\n    return []\n");
        Write("fails.py", "def generate_targets(**kw):\n    print('x' * 20000 + 'end')\n    1/0\n");

        var (_, output, _) = await HttpsdProcess.RunAsync(["check", folder, "--output", "json"]);

        using var json = JsonDocument.Parse(output);
        var tails = json.RootElement.GetProperty("generators").EnumerateArray()
            .ToDictionary(g => g.GetProperty("path").GetString()!, g => g.GetProperty("logTail").GetString()!);
        tails["good"].Should().Be("loaded\nasked the inventory\n");
        tails["fails"].Should().HaveLength(16 * 1024).And.EndWith("xend\n");
    }

    [Fact]
    public async Task A_module_beside_a_script_is_no_generator_and_found_only_by_scripts_that_name_their_folder()
    {
        const string Script = "import _hosts\ndef generate_targets(**kw):\n    return _hosts.groups()\n";
        // Scripts have another user than root.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        Write("_hosts.py", "def groups():\n    return [{'targets': ['a:1']}]\n");
        Write("plain.py", Script);
        Write("naming.py", "import os, sys\nsys.path.insert(0, os.path.dirname(__file__))\n" + Script);

        var (_, output, _) = await HttpsdProcess.RunAsync(["check", folder]);

        var lines = output.Split('\n');
        Line(lines, "naming ").Should().Match("naming  success *1 *1 * s");
        Line(lines, "plain ").Should().Match("plain *error * s");
        lines.Should().Contain("    ModuleNotFoundError: No module named '_hosts'").And.NotContain(line => line.StartsWith("_hosts"));
        lines[^2].Should().Be("1 of 2 good, 1 target.");
    }

    [Fact]
    public async Task When_all_are_good_the_status_is_0()
    {
        Write("good.py", "def generate_targets(**kw):\n    return []\n");

        var (status, output, _) = await HttpsdProcess.RunAsync(["check", folder]);

        output.Should().EndWith("1 of 1 good, 0 targets.\n");
        status.Should().Be(0);
    }

    [Fact]
    public async Task Nothing_to_check_is_a_failure()
    {
        Write("_ignored.py", "x");

        (await HttpsdProcess.RunAsync(["check", folder])).Should().Be((1, "Nothing to check: no generator found.\n", ""));
    }

    [Fact]
    public async Task Of_a_file_with_nothing_in_it_the_reason_is_said()
    {
        Write("empty.json", "");

        var (status, output, _) = await HttpsdProcess.RunAsync(["check", Path.Combine(folder, "empty.json")]);

        output.Should().Be(
            $"warning: {folder}/empty.json: is empty, or has comments only: it declares nothing\nNothing to check: no generator found.\n");
        status.Should().Be(1);
    }

    [Fact]
    public async Task Two_files_with_one_path_are_a_failure_that_names_both()
    {
        Write("x.json", "[]");
        Write("x.yaml", "[]");

        var (status, output, _) = await HttpsdProcess.RunAsync(["check", folder]);

        output.Should().Contain($"{folder}/x.yaml: PathConflict: 'x' belongs to {folder}/x.json; {folder}/x.yaml gets it when that one goes")
            .And.EndWith("1 of 2 good, 0 targets.\n");
        status.Should().Be(1);
    }

    [Fact]
    public async Task A_group_without_its_list_is_a_failure()
    {
        Write("list.yaml", "targets: ['a:1']\n");

        var (status, output, _) = await HttpsdProcess.RunAsync(["check", folder]);

        output.Should().Contain("list.yaml:1: a mapping with targets or labels; a list of such groups is expected");
        status.Should().Be(1);
    }

    [Theory]
    [InlineData("Server:Nonsense=1", "error: Server:Nonsense is not a setting; ")]
    [InlineData("Worker:MaxTargets=0", "error: Worker:MaxTargets is '0', but must be from 1 to ")]
    [InlineData("Redis:CommandTimeout=1h", "error: Redis:CommandTimeout is '1h', but must be from 50ms to 30s")]
    [InlineData("Queue:Lease=x", "error: Queue:Lease is 'x', but must be a duration such as 30s or 1h30m")]
    public async Task A_wrong_setting_of_any_section_is_wrong_usage(string setting, string message)
    {
        Write("good.json", "[]");

        var (status, output, error) = await HttpsdProcess.RunAsync(["check", folder, "--set", setting]);

        error.Should().StartWith(message);
        output.Should().BeEmpty();
        status.Should().Be(2);
    }

    [Fact]
    public async Task Of_the_samples_only_the_two_that_are_meant_to_fail_do_without_any_server()
    {
        var (status, output, _) = await HttpsdProcess.RunAsync(["check", ServeTests.Samples(), "--output", "json"]);

        status.Should().Be(1);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("generators").EnumerateArray()
            .Where(g => g.GetProperty("outcome").GetString() != "success").Select(g => g.GetProperty("path").GetString())
            .Should().BeEquivalentTo("always-fails", "times-out");
    }

    private static string Line(string[] lines, string start) =>
        lines.Where(line => line.StartsWith(start, StringComparison.Ordinal)).Should().ContainSingle().Subject;

    private static string Said(JsonElement one) =>
        $"{one.GetProperty("path")} {one.GetProperty("outcome")} {(one.TryGetProperty("targets", out var targets) ? targets : 0)} "
        + (one.TryGetProperty("error", out var error) ? error.GetProperty("type").GetString() : "");

    private void Mixed()
    {
        Write("good.py", "def generate_targets(**kw):\n    return [{'targets': ['a:1', 'b:1']}]\n");
        Write("fails.py", "def generate_targets(**kw):\n    raise ValueError('no inventory')\n");
        Write("tested.py", "def generate_targets(**kw):\n    1/0\ndef test_generate_targets():\n    return [{'targets': ['c:1']}]\n");
        Write("odd.json", """[{"targets": ["http://a:1"]}]""");
        Write("notes.txt", "not a generator");
        Write("hangs.yaml", """
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: hangs}
            spec:
              timeout: 1s
              script: |
                import time
                def generate_targets(**kw):
                    time.sleep(60)
            """);
        Write("invalid.yaml", """
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: invalid}
            spec:
              timeout: 5x
              script: x
            """);
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(folder, name), text);
}
