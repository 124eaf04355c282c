using HttpSd.Cluster.Tests.Users;

namespace HttpSd.Cluster.Tests.Pools;

[Collection(PoolTestGroup.Name)]
public sealed class AdmissionTests(PoolCluster ground)
{
    [Fact]
    public async Task A_generator_waits_for_its_pool_and_keeps_its_last_definition_when_that_goes()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await using var user = await User.ComeAsync(ground.Cluster, ground.Server);
        await user.ApplyAsync(Manifests.Serves(user.Name, "a:1", $"workerPool: {keeper.Name}"));
        await user.SeeAsync(user.Name, g => g.Ready == "False PoolNotFound");

        await keeper.PoolAsync();
        await user.SeeAsync(user.Name, g => g.Published == "True Published");
        await keeper.SeeAsync(p => p.Number("pending") == 1);

        await keeper.MustAsync("delete", "wp", keeper.Name);
        var seen = await user.SeeAsync(user.Name, g => g.Published == "False PoolNotFound");
        seen.Message("Published").Should().Contain("the last good definition goes on being served");
    }

    [Fact]
    public async Task A_pool_admits_namespaces_by_name_and_by_label()
    {
        await using var keeper = await PoolKeeper.ComeAsync(ground, replicas: 1);
        await using var named = await User.ComeAsync(ground.Cluster, ground.Server);
        await using var labelled = await User.ComeAsync(ground.Cluster, ground.Server);
        await keeper.PoolAsync($"allowedNamespaces: {{names: [{named.Name}], selector: {{matchLabels: {{team: {keeper.Name}}}}}}}");
        foreach (var user in new[] { named, labelled })
            await user.ApplyAsync(Manifests.Serves(user.Name, "a:1", $"workerPool: {keeper.Name}"));

        await named.SeeAsync(named.Name, g => g.Published == "True Published");
        var seen = await labelled.SeeAsync(labelled.Name, g => g.Ready == "False PoolNotAllowed");
        seen.Message("Ready").Should().StartWith(
            $"the WorkerPool '{keeper.Name}' does not allow generators of namespace '{labelled.Name}', it allows {named.Name}, those with the labels of its selector; ");
        await labelled.ToldAsync(labelled.Name, "PoolNotAllowed");

        await ground.Cluster.MustAsync("label", "namespace", labelled.Name, $"team={keeper.Name}");
        await labelled.SeeAsync(labelled.Name, g => g.Published == "True Published");

        await keeper.PoolAsync("allowedNamespaces: {names: []}");
        seen = await named.SeeAsync(named.Name, g => g.Published == "False PoolNotAllowed");
        seen.Message("Published").Should().Contain("it allows nobody").And.Contain("the last good definition goes on being served");
    }
}
