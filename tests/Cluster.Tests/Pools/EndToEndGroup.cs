namespace HttpSd.Cluster.Tests.Pools;

/// <summary>Pools whose Pods are processes. Alone, since jobs that wait for a core would be told from jobs that wait for a Pod.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EndToEndGroup : ICollectionFixture<PoolCluster>
{
    public const string Name = "pools end to end";
}
