using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Runtime.Controller;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} {Key} failed and will be tried again: {Reason}")]
    public static partial void Failed(ILogger logger, Exception? error, string controller, EntityKey key, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} {Key} failed until it is changed: {Reason}")]
    public static partial void Terminal(ILogger logger, string controller, EntityKey key, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Controller} {Key} was changed by somebody else meanwhile; once more")]
    public static partial void Conflict(ILogger logger, string controller, EntityKey key);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Controller} {Key} met a fault of the loop itself and will be tried again")]
    public static partial void Unexpected(ILogger logger, Exception error, string controller, EntityKey key);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The rounds of {Controller} over all objects have died")]
    public static partial void ResyncDied(ILogger logger, Exception error, string controller);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A worker of {Controller} has died")]
    public static partial void LoopDied(ILogger logger, Exception error, string controller);
}
