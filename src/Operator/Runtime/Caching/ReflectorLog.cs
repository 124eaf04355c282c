using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Runtime.Caching;

internal static partial class ReflectorLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Count} {Resource} in {Scope} listed")]
    public static partial void Synced(ILogger logger, string resource, string scope, int count);

    // Watches end every few minutes by design: nothing for a calm day.
    [LoggerMessage(Level = LogLevel.Debug, Message = "Watching {Resource} in {Scope} stopped ({Reason}: {Detail}); again in {Wait:0.0} s")]
    public static partial void Restarting(ILogger logger, string resource, string scope, string reason, string detail, double wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Watching {Resource} in {Scope} fails ({Reason}): {Detail}; tried again in {Wait:0.0} s and from then on")]
    public static partial void Trouble(ILogger logger, string resource, string scope, string reason, string detail, double wait);

    [LoggerMessage(Level = LogLevel.Information, Message = "Watching {Resource} in {Scope} works again")]
    public static partial void Recovered(ILogger logger, string resource, string scope);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource} {Key} is not of its type's shape and stays as it was last known: {Reason}")]
    public static partial void UnreadableObject(ILogger logger, string resource, EntityKey key, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "Watching {Resource} in {Scope} failed unexpectedly; everything is listed again")]
    public static partial void Unexpected(ILogger logger, Exception error, string resource, string scope);
}
