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
        await using var snapshots = new SourceWatcher([folder.Path], TimeProvider.System).WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
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
        await using var snapshots = new SourceWatcher([folder.Path], TimeProvider.System).WatchAsync(stop.Token).GetAsyncEnumerator(stop.Token);
        (await Next(snapshots)).Should().Equal("a=x");

        Directory.Delete(folder["..data"]);
        Directory.CreateSymbolicLink(folder["..data"], "..two");
        (await Next(snapshots)).Should().Equal("a=y");
    }

    [Fact]
    public void A_change_is_taken_when_it_was_the_same_twice()
    {
        var change = new SettledChange("1");
        new[] { "1", "2", "3", "3", "3", "4", "3", "3", "5", "5" }.Select(change.Take)
            .Should().Equal(false, false, false, true, false, false, false, false, false, true);
    }

    private static async Task<IEnumerable<string>> Next(IAsyncEnumerator<SourceSnapshot> snapshots)
    {
        (await snapshots.MoveNextAsync()).Should().BeTrue();
        return snapshots.Current.Generators.Select(generator => $"{generator.Definition.Path}={generator.Script}");
    }
}
