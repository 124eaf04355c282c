using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;

namespace HttpSd.Operator.Tests.Runtime.Controller;

public sealed class ChangeFilterTests
{
    private static readonly ChangeFilter Filter = new() { Annotations = ["run-now"], Labels = true };

    [Fact]
    public void A_pure_change_of_status_is_let_through_only_when_asked_for()
    {
        var change = Change(w => w.Status = new WidgetStatus { Text = "new" });
        Filter.Lets(change).Should().BeFalse();
        ChangeFilter.Everything.Lets(change).Should().BeTrue();
    }

    [Fact]
    public void Generations_deletions_labels_and_chosen_annotations_count()
    {
        Filter.Lets(Change(w => w.Metadata.Generation = 2)).Should().BeTrue();
        Filter.Lets(Change(w => w.Metadata.DeletionTimestamp = DateTime.UnixEpoch)).Should().BeTrue();
        Filter.Lets(Change(w => w.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" })).Should().BeTrue();
        Filter.Lets(Change(w => w.Metadata.Annotations = new Dictionary<string, string> { ["run-now"] = "1" })).Should().BeTrue();
        Filter.Lets(Change(w => w.Metadata.Annotations = new Dictionary<string, string> { ["other"] = "1" })).Should().BeFalse();
        Filter.Lets(Change(w => w.Metadata.Finalizers = ["x"])).Should().BeFalse();
        (Filter with { Finalizers = true }).Lets(Change(w => w.Metadata.Finalizers = ["x"])).Should().BeTrue();
        ChangeFilter.Spec.Lets(Change(w => w.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" })).Should().BeFalse();
    }

    [Fact]
    public void Everything_counts_of_a_type_without_generations() =>
        Filter.Lets(Change(w => w.Metadata.Generation = null)).Should().BeTrue();

    [Fact]
    public void New_and_gone_objects_always_count()
    {
        Filter.Lets(new EntityChange<Widget>(ReconciliationType.Added, null, Widget.Named("a"))).Should().BeTrue();
        Filter.Lets(new EntityChange<Widget>(ReconciliationType.Deleted, Widget.Named("a"), null)).Should().BeTrue();
    }

    private static EntityChange<Widget> Change(Action<Widget> how)
    {
        var after = Widget.Named("a", version: 2);
        how(after);
        return new EntityChange<Widget>(ReconciliationType.Modified, Widget.Named("a"), after);
    }
}
