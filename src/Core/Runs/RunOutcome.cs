namespace HttpSd.Core.Runs;

/// <summary>How a run ended; the same word is the metric label and the log field, in lower case.</summary>
public enum RunOutcome
{
    /// <summary>The script returned a valid list.</summary>
    Success,

    /// <summary>The script failed, or its list is not valid.</summary>
    Error,

    /// <summary>The script did not end within its timeout.</summary>
    Timeout,

    /// <summary>The run's lease, definition or reload is no longer current; it stores nothing.</summary>
    Superseded,
}
