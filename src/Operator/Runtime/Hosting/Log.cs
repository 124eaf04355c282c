namespace HttpSd.Operator.Runtime.Hosting;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Everything is read: {Types}")]
    public static partial void Synced(ILogger logger, string types);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Still waiting for the first list of {Types}")]
    public static partial void NotSynced(ILogger logger, string types);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Task} failed and begins anew in {Seconds:0} s")]
    public static partial void TaskFailed(ILogger logger, Exception error, string task, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Leadership is lost; the process ends")]
    public static partial void Lost(ILogger logger);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The process did not end in time and is ended now")]
    public static partial void EndedHard(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{What} did not end in {Seconds:0} s")]
    public static partial void TooSlow(ILogger logger, string what, double seconds);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The operator's own loop has died")]
    public static partial void Broken(ILogger logger, Exception error);
}
