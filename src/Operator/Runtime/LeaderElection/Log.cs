namespace HttpSd.Operator.Runtime.LeaderElection;

internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Waiting for the lease {Namespace}/{Name} as {Identity}")]
    public static partial void Waiting(ILogger logger, string @namespace, string name, string identity);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Holder} leads; standing by")]
    public static partial void OtherLeads(ILogger logger, string holder);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads")]
    public static partial void Leads(ILogger logger, string identity);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease {Namespace}/{Name} can't be read or taken: {Reason}")]
    public static partial void CannotAcquire(ILogger logger, string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease can't be renewed: {Reason}")]
    public static partial void CannotRenew(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Identity} has lost the lease: {Reason}")]
    public static partial void Lost(ILogger logger, string identity, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease can't be released, the next leader waits for its end: {Reason}")]
    public static partial void CannotRelease(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Identity} leads no more")]
    public static partial void Released(ILogger logger, string identity);
}
