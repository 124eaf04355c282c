namespace HttpSd.Operator.Runtime.Client;

/// <summary>Why a list failed or a watch ended: log field, metric label and what decides the next step.</summary>
internal enum Fault
{
    /// <summary>The server ended the watch in order.</summary>
    Closed,

    /// <summary>It ended at once and told nothing new.</summary>
    Short,

    /// <summary>No line for too long.</summary>
    Idle,

    /// <summary>The watch outlived what it was asked for.</summary>
    Late,

    /// <summary>410: the version is too old to go on from.</summary>
    Expired,

    /// <summary>429.</summary>
    Throttled,

    /// <summary>No connection, a cut one, no answer in time, or a 5xx.</summary>
    Unavailable,

    /// <summary>An error other than those named came as an event of the watch.</summary>
    StreamError,

    /// <summary>The version is one that this server hasn't reached.</summary>
    TooLarge,

    /// <summary>Not the JSON that it should be.</summary>
    Unreadable,

    /// <summary>401.</summary>
    Unauthorized,

    /// <summary>403.</summary>
    Forbidden,

    /// <summary>404: the type isn't there (yet).</summary>
    NotFound,

    /// <summary>Any other refusal.</summary>
    Rejected,

    /// <summary>A fault of ours.</summary>
    Unexpected,
}
