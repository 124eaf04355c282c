namespace HttpSd.Worker.Runner.Sandbox;

/// <summary>Whether scripts are walled in.</summary>
public enum SandboxMode
{
    /// <summary>As far as the kernel can; the runner says once what it can't.</summary>
    Auto,

    /// <summary>Wholly, or no script runs.</summary>
    Required,

    /// <summary>Not at all.</summary>
    Off,
}
