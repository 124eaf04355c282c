using HttpSd.Operator.Scaling;

namespace HttpSd.Operator.Pools;

/// <summary>A WorkerPool's spec with defaults filled in.</summary>
/// <param name="Target">The Deployment's name.</param>
/// <param name="Scaling">What the pool is asked to keep to; what the spec doesn't say is the gatherer's.</param>
/// <param name="Recommends">Nothing is written but status and metrics.</param>
internal sealed record PoolSettings(string Target, ScalingSpec Scaling, bool Recommends);
