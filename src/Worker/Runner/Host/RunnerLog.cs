namespace HttpSd.Worker.Runner.Host;

/// <summary>What the runner process says, on standard error.</summary>
internal sealed partial class RunnerLog(ILogger logger)
{
    private int _refused;

    [LoggerMessage(LogLevel.Debug, "Runner listens on {SocketPath}, Python is {Python}")]
    private static partial void Listening(ILogger logger, string socketPath, string python);

    [LoggerMessage(LogLevel.Warning, "An agent sent what is not a frame: {Reason}")]
    private static partial void BadFrame(ILogger logger, string reason);

    [LoggerMessage(LogLevel.Warning, "A script has connected to the runner's socket, and was refused ({Count} so far)")]
    private static partial void Refused(ILogger logger, int count);

    [LoggerMessage(LogLevel.Error, "A run of {Path} failed in the runner")]
    private static partial void RunFailed(ILogger logger, Exception exception, string path);

    [LoggerMessage(LogLevel.Warning, "In {Directory} something of a script's stays: {What}")]
    private static partial void LeftBehind(ILogger logger, string directory, string what);

    [LoggerMessage(LogLevel.Warning, "Scripts are not walled in as they could be: {Lack}")]
    private static partial void WallLacks(ILogger logger, string lack);

    public void Listening(string socketPath, string python) => Listening(logger, socketPath, python);

    public void BadFrame(string reason) => BadFrame(logger, reason);

    public void WallLacks(string lack) => WallLacks(logger, lack);

    public void LeftBehind(string directory, string what) => LeftBehind(logger, directory, what);

    /// <summary>Ever more rarely: a script can connect as often as it likes.</summary>
    public void Refused()
    {
        if (System.Numerics.BitOperations.IsPow2(++_refused))
            Refused(logger, _refused);
    }

    public void RunFailed(Exception exception, string path) => RunFailed(logger, exception, path);
}
