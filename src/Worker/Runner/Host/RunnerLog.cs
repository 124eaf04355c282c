namespace HttpSd.Worker.Runner.Host;

/// <summary>What the runner process says, on standard error.</summary>
internal sealed partial class RunnerLog(ILogger logger)
{
    [LoggerMessage(LogLevel.Debug, "Runner listens on {SocketPath}, Python is {Python}")]
    private static partial void Listening(ILogger logger, string socketPath, string python);

    [LoggerMessage(LogLevel.Warning, "An agent sent what is not a frame: {Reason}")]
    private static partial void BadFrame(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Error, "A run of {Path} failed in the runner")]
    private static partial void RunFailed(ILogger logger, Exception exception, string path);

    public void Listening(string socketPath, string python) => Listening(logger, socketPath, python);

    public void BadFrame(string reason) => BadFrame(logger, reason);

    public void RunFailed(Exception exception, string path) => RunFailed(logger, exception, path);
}
