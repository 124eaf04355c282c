using HttpSd.Cli.Sources;

namespace HttpSd.Cli.Tests.Sources;

public sealed class SourceWatcherTests : IDisposable
{
    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Changes_of_real_files_are_followed()
    {
        folder.With("a.py", "x");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        await using var snapshots = new SourceWatcher([folder.Path], folder.Limits, TimeProvider.System).WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        (await Next(snapshots)).Should().Equal("a=x");

        folder.With("b.py", "y");
        (await Next(snapshots)).Should().Equal("a=x", "b=y");

        // As editors save: written beside it, then renamed over it.
        folder.With(".tmp", "z");
        File.Move(folder[".tmp"], folder["b.py"], overwrite: true);
        (await Next(snapshots)).Should().Equal("a=x", "b=z");

        File.Delete(folder["a.py"]);
        (await Next(snapshots)).Should().Equal("b=z");
    }

    [Fact]
    public async Task A_mounted_ConfigMap_is_followed_through_its_links()
    {
        folder.With("..one/a.py", "x").With("..two/a.py", "y");
        Directory.CreateSymbolicLink(folder["..data"], "..one");
        File.CreateSymbolicLink(folder["a.py"], "..data/a.py");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        await using var snapshots = new SourceWatcher([folder.Path], folder.Limits, TimeProvider.System).WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        (await Next(snapshots)).Should().Equal("a=x");

        Directory.Delete(folder["..data"]);
        Directory.CreateSymbolicLink(folder["..data"], "..two");
        (await Next(snapshots)).Should().Equal("a=y");
    }

    [Theory]
    [InlineData("busy.log", 0)]
    [InlineData("busy.json", 0)]
    [InlineData("busy.yaml", 1)]
    public async Task A_file_that_is_written_to_without_a_pause_holds_up_no_other(string busy, int configMaps)
    {
        var written = configMaps == 0 ? "[]" : "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {k: y}\n";
        folder.With(busy, written).With("a.yaml", SourceFolder.Manifest("a", configMaps == 0 ? "script: x" : "scriptFrom: {configMapKeyRef: {name: m, key: k}}"));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        stop.CancelAfter(TimeSpan.FromSeconds(30));
        await using var snapshots = new SourceWatcher([folder.Path], folder.Limits, TimeProvider.System).WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        (await Next(snapshots)).Should().Contain(configMaps == 0 ? "a=x" : "a=y");
        var writing = Task.Run(async () =>
        {
            // Half of a document each time; were it read, it would be broken.
            for (var i = 0; !stop.IsCancellationRequested; i++, await Task.Delay(20))
                await File.WriteAllTextAsync(folder[busy], written[..^1] + new string(' ', i % 7));
        });

        folder.With("b.py", "z");
        var changed = await Next(snapshots);
        await stop.CancelAsync();
        await writing;

        changed.Should().Contain("b=z").And.Contain(configMaps == 0 ? "a=x" : "a=y");
        snapshots.Current.Problems.Where(problem => problem.Severity == SourceSeverity.Error).Should().BeEmpty();
    }

    [Fact]
    public void A_change_is_taken_when_it_was_the_same_twice()
    {
        var changes = new SettledChanges(Stamp("1"));
        new[] { "1", "2", "3", "3", "3", "4", "3", "3", "5", "5", null, null }.Select(stamp => changes.Take(Stamp(stamp)))
            .Should().Equal(false, false, false, true, false, false, false, false, false, true, false, true);
    }

    private static Dictionary<string, string> Stamp(string? stamp) => stamp is null ? [] : new() { ["a"] = stamp };

    private static async Task<IEnumerable<string>> Next(IAsyncEnumerator<SourceSnapshot> snapshots)
    {
        (await snapshots.MoveNextAsync()).Should().BeTrue();
        return snapshots.Current.Generators.Select(generator => $"{generator.Definition.Path}={generator.Script}");
    }
}
