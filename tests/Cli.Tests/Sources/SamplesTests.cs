using System.Runtime.CompilerServices;
using HttpSd.Cli.Sources;
using HttpSd.Core.Targets;

namespace HttpSd.Cli.Tests.Sources;

public sealed class SamplesTests
{
    [Fact]
    public void Every_sample_loads_without_a_word()
    {
        var snapshot = GeneratorSources.Load([Folder()], new TargetListLimits());

        snapshot.Problems.Should().BeEmpty();
        SourceFolder.Paths(snapshot).Should().BeEquivalentTo(
            "always-fails", "configmap", "csv-inventory", "gateway/asia", "gateway/eu", "gateway/us",
            "json-api", "my-service", "parameters", "perl", "static", "times-out");
        snapshot.Generators.Should().OnlyContain(generator => generator.Definition.Name.StartsWith("default/"));
    }

    [Fact]
    public void Every_sample_begins_with_a_comment_that_teaches() =>
        Directory.GetFiles(Folder()).Should().OnlyContain(file => File.ReadAllText(file).StartsWith("# "));

    // Beside the source, not the binary: the samples are not copied anywhere.
    private static string Folder([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../config/samples"));
}
