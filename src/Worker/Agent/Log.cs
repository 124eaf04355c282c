namespace HttpSd.Worker.Agent;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Path}: {Outcome} in {Seconds:0.000} s by {Worker}, {Targets} {Noun}")]
    private static partial void Ended(ILogger logger, string path, string outcome, double seconds, string worker, int targets, string noun);

    public static void Ended(ILogger logger, string path, string outcome, double seconds, string worker, int targets) =>
        Ended(logger, path, outcome, seconds, worker, targets, targets == 1 ? "target" : "targets");

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Path}: {Outcome} in {Seconds:0.000} s by {Worker}, {ErrorType}: {Message}")]
    public static partial void Failed(
        ILogger logger, string path, string outcome, double seconds, string worker, string errorType, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "Nothing to run for {Path}: its generator is gone, suspended, static or of another pool")]
    public static partial void NothingToRun(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The job of {Path} is put back for another worker: its definition can't be read here, or is lost")]
    public static partial void PutAside(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs of a schema that isn't known here are passed over, {Times} times so far")]
    public static partial void UnknownJobs(ILogger logger, long times);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on {Path} was lost; its script was stopped and nothing stored")]
    public static partial void LeaseLost(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "Shutting down: {Path} was put back into the queue")]
    public static partial void PutBack(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The job of {Path} is left to its lease's end: {Reason}")]
    public static partial void JobLeft(ILogger logger, string path, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path}: {Outcome} in {Seconds:0.000} s by {Worker}, {ErrorType}: a fault of ours ended the job")]
    public static partial void JobFault(
        ILogger logger, Exception exception, string path, string outcome, double seconds, string worker, string errorType);

    [LoggerMessage(Level = LogLevel.Error, Message = "A fault of ours left the job of {Path} to its lease's end")]
    public static partial void JobAbandoned(ILogger logger, Exception exception, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Jobs can't be claimed: {Reason}")]
    public static partial void ClaimFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Leases can't be renewed: {Reason}")]
    public static partial void BeatFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sweep: {Retaken} jobs taken back, {Removed} had been removed by hand, {Mended} mended")]
    public static partial void Swept(ILogger logger, int retaken, int removed, int mended);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Path} lost its worker {Times} times and was taken out of the queue")]
    public static partial void Poison(ILogger logger, string path, int times);
}
