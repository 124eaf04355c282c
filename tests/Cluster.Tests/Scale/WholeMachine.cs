namespace HttpSd.Cluster.Tests.Scale;

/// <summary>Tests that run when no other does: they would starve the others, and time out others' waits.</summary>
[CollectionDefinition(nameof(WholeMachine), DisableParallelization = true)]
public sealed class WholeMachine;
