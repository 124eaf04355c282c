using HttpSd.Cli.Sources;

namespace HttpSd.Cli.Tests.Sources;

public sealed class UnservedPoolsTests : IDisposable
{
    private const string Said =
        "a.yaml: spec.workerPool: default/one runs only where a worker of pool 'gpu' uses the same store; this process serves 'default'";

    private readonly SourceFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_generator_whose_pool_nobody_here_serves_is_named_with_file_field_and_pool() =>
        Find("default", "workerPool: gpu").Should().Equal(Said);

    [Theory]
    [InlineData("gpu", "workerPool: gpu")]
    [InlineData("default", "workerPool: default")]
    [InlineData("default", "timeout: 5s")]
    [InlineData("default", "workerPool: gpu\nsuspend: true")]
    public void Nothing_is_said_where_nothing_waits(string pool, string spec) => Find(pool, spec).Should().BeEmpty();

    [Fact]
    public void An_edit_above_it_does_not_repeat_the_warning()
    {
        var before = Find("default", "workerPool: gpu");
        folder.With("a.yaml", "# new\n" + SourceFolder.Manifest("one", "script: y\nworkerPool: gpu"));
        Find(folder.Load(), "default").Should().Equal(before);
    }

    private string[] Find(string pool, string spec) =>
        Find(folder.With("a.yaml", SourceFolder.Manifest("one", "script: x\n" + spec)).Load(), pool);

    private string[] Find(SourceSnapshot snapshot, string pool) =>
        [.. folder.Said(snapshot with { Problems = [.. UnservedPools.Find(snapshot, pool)] }).Select(s => s.Replace("warning ", "", StringComparison.Ordinal))];
}
