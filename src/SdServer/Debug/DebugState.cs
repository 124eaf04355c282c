using HttpSd.Core.Freshness;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;

namespace HttpSd.SdServer.Debug;

/// <summary>What is known of one full path, read from Redis for a person.</summary>
/// <param name="RequestedPath">As it was asked for, without <c>debug</c>.</param>
/// <param name="Entry">Result and error.</param>
/// <param name="Body">The result's bytes; null when there is none.</param>
/// <param name="State">Whether the result is served.</param>
/// <param name="Job">The job; null when there is none.</param>
internal sealed record DebugState(
    string RequestedPath, CacheEntry Entry, ReadOnlyMemory<byte>? Body, CacheState State, JobState? Job)
{
    public bool KnowsSomething => Body is not null || Entry.Error is not null;
}
