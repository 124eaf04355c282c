using System.Text.RegularExpressions;
using System.Xml.Linq;
using HttpSd.Cli.Tests.Docs;

namespace HttpSd.Cli.Tests.Images;

/// <summary>What of the Dockerfile can be told without building it; <c>make images</c> builds it.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string Root = ServedSamples.Root();

    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root, "Dockerfile"));

    [Theory]
    [InlineData("operator", "Operator", 8082)]
    [InlineData("server", "SdServer", 8080)]
    [InlineData("worker", "Worker", 8081)]
    public void Each_target_publishes_its_room_and_starts_its_assembly_as_a_user_by_number(string target, string room, int port)
    {
        var stage = Stage(target);

        Stage("publish-" + target).Should().ContainSingle(line => line.StartsWith($"RUN dotnet publish src/{room} -a $TARGETARCH", StringComparison.Ordinal))
            .Which.Should().EndWith(" -o /out").And.NotContain("Trim");
        stage.Should().Contain($"COPY --from=publish-{target} /out ./").And.Contain("WORKDIR /app")
            .And.Contain($"EXPOSE {port}").And.Contain("USER 1654").And.Contain($"ENTRYPOINT [\"/app/{AssemblyName(room)}\"]");
        File.ReadAllText(Path.Combine(Root, "docs", "images.md")).Should().Contain($"| `{target}` |").And.Contain($"`/app/{AssemblyName(room)}`");
    }

    [Fact]
    public void Redis_is_a_package_that_starts_as_a_user_by_number() =>
        Stage("redis").Should().Contain("USER 1654").And.Contain("WORKDIR /data").And.Contain("ENTRYPOINT [\"/usr/bin/redis-server\"]")
            .And.Contain(line => line.Contains("redis-server redis-tools", StringComparison.Ordinal), "probes and people use redis-cli");

    [Fact]
    public void It_copies_what_exists_and_the_project_of_every_room_that_an_image_is_made_of()
    {
        var copied = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        var ignored = File.ReadAllLines(Path.Combine(Root, ".dockerignore"));

        copied.Should().NotBeEmpty().And.OnlyContain(path => Path.Exists(Path.Combine(Root, path)));
        copied.Where(path => path.EndsWith(".csproj", StringComparison.Ordinal)).Should().BeEquivalentTo(Rooms("Operator", "SdServer", "Worker"));
        // Everything is ignored but what is named.
        ignored.Should().Contain("*");
        copied.Select(path => "!" + path.Split('/')[0]).Should().BeSubsetOf(ignored);
    }

    /// <summary>The projects of rooms and of all that they refer to.</summary>
    private static IEnumerable<string> Rooms(params string[] rooms) =>
        rooms.SelectMany(room => Rooms([.. Project(room).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')))])
            .Append($"src/{room}/{room}.csproj")).Distinct();

    private static string AssemblyName(string room) => Project(room).Descendants("AssemblyName").SingleOrDefault()?.Value ?? "HttpSd." + room;

    private static XDocument Project(string room) => XDocument.Load(Path.Combine(Root, "src", room, room + ".csproj"));

    private static string[] Stage(string name) =>
        [.. Lines.SkipWhile(line => !From().IsMatch(line) || !line.EndsWith(" AS " + name, StringComparison.Ordinal)).Skip(1).TakeWhile(line => !From().IsMatch(line))];

    [GeneratedRegex("^FROM ")]
    private static partial Regex From();
}
