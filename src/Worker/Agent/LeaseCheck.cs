using HttpSd.Core;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Worker.Agent;

/// <summary>A lease that one slow command can use up would be lost by a worker in good health.</summary>
internal sealed class LeaseCheck(IOptions<RedisOptions> redis) : IValidateOptions<QueueOptions>
{
    public ValidateOptionsResult Validate(string? name, QueueOptions options) =>
        redis.Value.CommandTimeout < options.Lease / 4
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(
                $"Redis:CommandTimeout is '{GoDuration.Format(redis.Value.CommandTimeout)}', but must be less than a quarter "
                + $"of Queue:Lease, which is '{GoDuration.Format(options.Lease)}'");
}
