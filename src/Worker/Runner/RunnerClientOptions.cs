namespace HttpSd.Worker.Runner;

/// <summary>How the agent speaks to its runner.</summary>
public sealed record RunnerClientOptions
{
    /// <summary>The largest list that is taken from it.</summary>
    public int MaxResultBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a run waits for a runner that is being started again.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What the runner gets beyond a script's timeout before it counts as failed.</summary>
    public TimeSpan Slack { get; init; } = TimeSpan.FromSeconds(10);
}
