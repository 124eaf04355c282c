using System.Text;

namespace HttpSd.Chart.Tests;

/// <summary>
/// What each values file renders to. The default's golden file has everything; the others' have what is not as in it.
/// CustomResourceDefinitions are compared with their source instead.
/// </summary>
public sealed class GoldenTests
{
    private const string Default = "default";

    public static TheoryData<string> Cases => Render.Cases;

    [Fact]
    public void The_matrix_is_as_large_as_was_promised() => Render.Names.Should().HaveCountGreaterThanOrEqualTo(25);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_values_file_renders_as_written_down(string name)
    {
        var render = Documents(await Render.OfAsync(name));
        var usual = name == Default ? [] : Documents(await Render.OfAsync(Default));

        var text = new StringBuilder();
        foreach (var id in usual.Keys.Except(render.Keys))
            text.Append("# without ").Append(id).Append('\n');
        foreach (var (id, document) in render.Where(d => !usual.TryGetValue(d.Key, out var same) || same != d.Value))
            text.Append("---\n").Append(document.Trim()).Append('\n');

        var file = Path.Combine(Render.Folder, "Golden", name + ".yaml");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(file, text.ToString());
        (File.Exists(file) ? await File.ReadAllTextAsync(file) : "").Should().Be(text.ToString(), "UPDATE_GOLDEN=1 rewrites {0}", file);
    }

    [Fact]
    public void No_golden_file_is_left_over() =>
        Directory.GetFiles(Path.Combine(Render.Folder, "Golden")).Select(f => Path.GetFileNameWithoutExtension(f)!).Should().BeEquivalentTo(Render.Names);

    private static Dictionary<string, string> Documents(Render render)
    {
        var documents = new Dictionary<string, string>();
        foreach (var document in ("\n" + render.Text).Split("\n---\n"))
        {
            var body = string.Join('\n', document.Split('\n').Where(l => l.Length > 0 && !l.StartsWith('#')));
            if (Yaml.Read(body) is not [var json, ..])
                continue;
            var known = new KubeObject(json);
            // The dashboard is a file, and compared with it elsewhere.
            if (known.Kind != "CustomResourceDefinition")
                documents.Add(known.Id, body.Split("  httpsd.json: |\n")[0]);
        }
        return documents;
    }
}
