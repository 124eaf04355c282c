using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Runs;

/// <summary>
/// Bounds how often the outcome of runs is written to one object. The first outcome after a change of the object
/// is written at once: somebody waits for it.
/// </summary>
internal sealed class StatusPace(IOptions<OperatorOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<EntityKey, long> written = new();

    /// <summary>How long to wait before the next write; zero: write now.</summary>
    public TimeSpan Wait(EntityKey key) =>
        written.TryGetValue(key, out var last) && options.Value.StatusInterval - time.GetElapsedTime(last) is { Ticks: > 0 } rest
            ? rest
            : TimeSpan.Zero;

    /// <summary>The outcome of a run was written.</summary>
    public void Wrote(EntityKey key) => written[key] = time.GetTimestamp();

    /// <summary>The object itself has changed, or is gone.</summary>
    public void Reset(EntityKey key) => written.TryRemove(key, out _);
}
