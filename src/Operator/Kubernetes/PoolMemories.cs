using System.Collections.Concurrent;
using HttpSd.Operator.Entities;
using HttpSd.Operator.Pools;

namespace HttpSd.Operator.Kubernetes;

/// <summary>What each pass leaves to the next, by UID: a pool that is created again is another one.</summary>
internal sealed class PoolMemories
{
    private readonly ConcurrentDictionary<string, PoolMemory> memories = new(StringComparer.Ordinal);

    public PoolMemory Of(WorkerPool pool) => memories.TryGetValue(Uid(pool), out var memory) ? memory : PoolMemory.Of(pool);

    public void Keep(WorkerPool pool, PoolMemory memory) => memories[Uid(pool)] = memory;

    public void Forget(WorkerPool pool) => memories.TryRemove(Uid(pool), out _);

    private static string Uid(WorkerPool pool) => pool.Metadata.Uid ?? "";
}
