using System.Xml.Linq;

namespace HttpSd.Cli.Tests.Architecture;

/// <summary>Which room may name which: Core, then Redis, then server and worker, then the command line.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Core"] = [],
        ["Redis"] = ["Core", "StackExchange.Redis"],
        ["ServiceDefaults"] = ["Core", "Redis", "prometheus-net.AspNetCore"],
        ["SdServer"] = ["Core", "Redis", "ServiceDefaults"],
        ["Worker"] = ["Core", "Redis", "ServiceDefaults"],
        ["Operator"] = ["Core", "Redis", "ServiceDefaults", "KubernetesClient"],
        ["Cli"] =
        [
            "Core", "Redis", "ServiceDefaults", "SdServer", "Worker", "Azure.Core", "Microsoft.Garnet",
            "Microsoft.Identity.Client", "Spectre.Console", "StackExchange.Redis", "System.CommandLine", "YamlDotNet",
        ],
    };

    [Fact]
    public void Every_room_names_only_the_rooms_and_packages_it_may()
    {
        var rooms = Directory.GetDirectories(Path.Combine(Root(), "src")).Select(d => Path.GetFileName(d)!).ToList();

        rooms.Should().BeEquivalentTo(Allowed.Keys);
        foreach (var room in rooms)
            References(room).Should().BeSubsetOf(Allowed[room], $"{room} may name no more");
    }

    [Fact]
    public void The_control_plane_of_the_tests_names_no_room_and_no_test_framework()
    {
        References("ControlPlane", "tests").Should().BeEquivalentTo("KubernetesClient");
        References("ControlPlane.Tests", "tests").Should().BeEquivalentTo("ControlPlane");
    }

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void No_source_file_is_longer_than_300_lines(string top)
    {
        var long_ = Directory.EnumerateFiles(Path.Combine(Root(), top), "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".cs", StringComparison.Ordinal) || f.EndsWith(".lua", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
            .Where(f => File.ReadLines(f).Count() > 300);

        long_.Should().BeEmpty();
    }

    private static IEnumerable<string> References(string room, string top = "src")
    {
        var project = XDocument.Load(Path.Combine(Root(), top, room, room + ".csproj"));
        return project.Descendants("ProjectReference")
            .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/')))
            .Concat(project.Descendants("PackageReference").Attributes("Include").Select(i => i.Value));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HttpSd.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
