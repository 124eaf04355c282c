namespace HttpSd.Worker.Runner;

internal sealed partial class RunnerProcessLog(ILogger logger)
{
    [LoggerMessage(LogLevel.Warning, "The runner ended with exit code {ExitCode}; its runs failed, it is started again")]
    private static partial void Died(ILogger logger, int exitCode);

    [LoggerMessage(LogLevel.Error, "The runner {Program} could not be started: {Reason}")]
    private static partial void NotStarted(ILogger logger, string program, string reason);

    [LoggerMessage(LogLevel.Warning, "The runner's directory {Directory} could not be removed: {Reason}")]
    private static partial void LeftBehind(ILogger logger, string directory, string reason);

    [LoggerMessage(LogLevel.Warning, "Scripts run as root, like this process: {Obstacle}")]
    private static partial void KeepsUser(ILogger logger, string obstacle);

    public void KeepsUser(string obstacle) => KeepsUser(logger, obstacle);

    public void Died(int exitCode) => Died(logger, exitCode);

    public void NotStarted(string program, string reason) => NotStarted(logger, program, reason);

    public void LeftBehind(string directory, string reason) => LeftBehind(logger, directory, reason);
}
