using HttpSd.Operator.Tests.Runtime.Scripted;
using k8s.Models;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

public class ListTests
{
    [Fact]
    public async Task All_pages_are_listed_before_a_watch_goes_on_from_their_version()
    {
        await using var rig = await ReflectorRig<Thing>.StartAsync(api =>
        {
            api.List = (c, n) => n == 1 ? c.PageAsync("7", "t/1=", Thing("a", "3")) : c.PageAsync("7", "", Thing("b", "5"));
            return Task.CompletedTask;
        });
        await Soon.TrueAsync(() => rig.Api.Watches == 1, "the watch follows");
        rig.Known.Should().Equal("a@3", "b@5");
        rig.Reflector.Synced.Should().BeTrue();
        rig.Reflector.Trouble.Should().BeNull();
        var requests = rig.Api.Requests.ToArray();
        requests[0].Should().Be("/apis/test.httpsd.io/v1/things?limit=500");
        requests[1].Should().Be("/apis/test.httpsd.io/v1/things?limit=500&continue=t%2F1%3D");
        requests[2].Should().MatchRegex("^/apis/test.httpsd.io/v1/things\\?watch=1&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds=([345][0-9][0-9]|600)$");
    }

    [Fact]
    public async Task A_list_that_expires_between_two_pages_is_fetched_in_one_piece()
    {
        await using var rig = await ReflectorRig<Thing>.StartAsync(api =>
        {
            api.List = (c, n) => n switch
            {
                1 => c.PageAsync("7", "old", Thing("a", "3")),
                2 => c.RefuseAsync(410, "Expired"),
                _ => c.ItemsAsync("9", Thing("b", "8")),
            };
            return Task.CompletedTask;
        });
        await Soon.TrueAsync(() => rig.Reflector.Synced, "it lists again");
        rig.Known.Should().Equal("b@8");
        rig.Api.Requests.ElementAt(2).Should().Be("/apis/test.httpsd.io/v1/things?");
    }

    [Fact]
    public async Task One_object_of_a_wrong_shape_is_named_and_keeps_its_last_state_while_the_others_go_on()
    {
        await using var rig = await ReflectorRig<Thing>.StartAsync(api =>
        {
            api.List = (c, n) => n == 1
                ? c.ItemsAsync("5", Thing("a", "1"), Thing("b", "2"), Thing("reborn", "3", "one"))
                : c.ItemsAsync("9", Thing("a", "6"), Thing("b", "7", size: "\"big\""), Thing("reborn", "8", "two", size: "[]"));
            api.Watch = (c, n) => n == 1 ? c.LinesAsync(Line("ERROR", ServerStatus(410, "Expired"))) : c.SilenceAsync();
            return Task.CompletedTask;
        });
        await Soon.TrueAsync(() => rig.Api.Watches == 2, "it lists again");
        rig.Known.Should().Equal(["a@6", "b@2"], "what is unknown isn't gone, but another UID means that the old one is");
        rig.Reflector.Unreadable.Select(u => u.Key.ToString()).Should().Equal("default/b", "default/reborn");
        (await rig.MetricAsync("httpsd_operator_unreadable_objects{resource=\"things\",namespace=\"\"}")).Should().Be(2);
        (await rig.MetricAsync("httpsd_operator_store_objects{resource=\"things\"}")).Should().Be(2);
    }

    [Fact]
    public async Task An_object_that_becomes_readable_or_goes_is_unreadable_no_more()
    {
        const string Unreadable = "httpsd_operator_unreadable_objects{resource=\"things\",namespace=\"\"}";
        var mend = new TaskCompletionSource();
        var end = new TaskCompletionSource();
        await using var rig = await ReflectorRig<Thing>.StartAsync(api =>
        {
            api.List = (c, _) => c.ItemsAsync("5", Thing("a", "1", size: "[]"), Thing("b", "2", size: "[]"));
            api.Watch = async (c, _) =>
            {
                await mend.Task;
                await c.LinesAsync(Line("MODIFIED", Thing("a", "6")));
                await end.Task;
                await c.SilenceAsync(Line("DELETED", Thing("b", "7")));
            };
            return Task.CompletedTask;
        });
        await Soon.TrueAsync(() => rig.Reflector.Synced, "it lists");
        (await rig.MetricAsync(Unreadable)).Should().Be(2);
        mend.SetResult();
        await Soon.TrueAsync(() => rig.Reflector.Unreadable.Count == 1, "one is readable");
        (await rig.MetricAsync(Unreadable)).Should().Be(1);
        end.SetResult();
        await Soon.TrueAsync(() => rig.Reflector.Unreadable.Count == 0, "the other is gone");
        (await rig.MetricAsync(Unreadable)).Should().Be(0);
    }

    [Fact]
    public async Task Of_large_objects_few_are_fetched_at_a_time_and_each_is_made_small_at_once()
    {
        var (made, atSecond) = (0, 0);
        await using var rig = await ReflectorRig<V1ConfigMap>.StartLargeAsync(
            api =>
            {
                api.List = (c, n) =>
                {
                    if (n == 2)
                        atSecond = Volatile.Read(ref made);
                    return n switch
                    {
                        1 => c.PageAsync("7", "one", Map("a"), Map("b")),
                        2 => c.PageAsync("7", "two", Map("c")),
                        3 => c.RefuseAsync(410, "Expired"),
                        4 => c.PageAsync("9", "three", Map("a"), Map("b")),
                        _ => c.PageAsync("9", "", Map("c")),
                    };
                };
                api.Watch = (c, _) => c.SilenceAsync(Line("ADDED", Map("d", "10")));
                return Task.CompletedTask;
            },
            map =>
            {
                Interlocked.Increment(ref made);
                map.Data = null;
            });
        await Soon.TrueAsync(() => rig.Store.Count == 4, "it lists and watches");
        atSecond.Should().Be(2, "the first page was made small before the second came");
        rig.Store.All.Should().OnlyContain(m => m.Data == null);
        rig.Api.Requests.Where(r => !r.Contains("watch", StringComparison.Ordinal)).Should().HaveCount(5)
            .And.OnlyContain(r => r.Contains("limit=20", StringComparison.Ordinal));

        static string Map(string name, string version = "1") =>
            $$"""{"metadata":{"name":"{{name}}","namespace":"x","uid":"{{name}}","resourceVersion":"{{version}}"},"data":{"large":"text"} }""";
    }

    [Fact]
    public async Task Items_of_built_in_types_get_their_kind_and_lose_what_nobody_reads()
    {
        await using var rig = await ReflectorRig<V1ConfigMap>.StartAsync(
            api =>
            {
                api.List = (c, _) => c.ItemsAsync(
                    "5", """{"metadata":{"name":"m","namespace":"x","uid":"u","resourceVersion":"1","managedFields":[{"manager":"k"}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}","own":"1"}}}""");
                return Task.CompletedTask;
            },
            null,
            "x");
        await Soon.TrueAsync(() => rig.Reflector.Synced, "it lists");
        var map = rig.Store.All.Single();
        (map.Kind, map.ApiVersion).Should().Be(("ConfigMap", "v1"));
        map.Metadata.ManagedFields.Should().BeNull();
        map.Metadata.Annotations.Should().ContainSingle().Which.Key.Should().Be("own");
        rig.Api.Requests.First().Should().Be("/api/v1/namespaces/x/configmaps?limit=500");
    }

    [Fact]
    public async Task Reflectors_of_several_namespaces_fill_one_store_and_leave_each_others_objects_alone()
    {
        await using var rig = await ReflectorRig<Thing>.StartAsync(
            api =>
            {
                api.List = (c, n) => c.Request.Path.Value!.Contains("/one/", StringComparison.Ordinal)
                    ? c.ItemsAsync("5", Thing("a", "1", "u1", ns: "one"))
                    : n > 2 ? c.ItemsAsync("9") : c.ItemsAsync("5", Thing("a", "2", "u2", ns: "two"));
                api.Watch = (c, n) => c.Request.Path.Value!.Contains("/two/", StringComparison.Ordinal) && n < 3
                    ? c.LinesAsync(Line("ERROR", ServerStatus(410, "Expired")))
                    : c.SilenceAsync();
                return Task.CompletedTask;
            },
            null,
            "one",
            "two");
        await Soon.TrueAsync(() => rig.Api.Watches == 3, "one of them lists again");
        rig.Store.All.Select(t => t.Metadata.NamespaceProperty).Should().Equal("one");
    }
}
