using StackExchange.Redis;

namespace HttpSd.Redis.History;

/// <summary>A call of a script, or what came of it.</summary>
/// <param name="Number">Counts the calls of one history.</param>
/// <param name="At">Of the machine's monotonic clock: when it began, or ended.</param>
internal abstract record CallEvent(long Number, long At);

/// <summary>A script is about to be called.</summary>
internal sealed record CallBegun(long Number, long At, string Script, RedisKey[] Keys, RedisValue[] Arguments) : CallEvent(Number, At);

/// <summary>It has answered, or it is not known what came of it.</summary>
internal sealed record CallEnded(long Number, long At, string Script, RedisResult? Reply, string? Error) : CallEvent(Number, At);
