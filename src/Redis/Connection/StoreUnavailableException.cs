namespace HttpSd.Redis.Connection;

/// <summary>Redis can't be reached, answers too late or refuses; the operation may or may not have been done.</summary>
public sealed class StoreUnavailableException : Exception
{
    /// <summary>Nothing more is known.</summary>
    public StoreUnavailableException()
        : this("Redis is not connected")
    {
    }

    /// <summary>With what Redis or its client said.</summary>
    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With what Redis or its client said.</summary>
    public StoreUnavailableException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>
    /// False when it may be about nothing but the keys that were asked for: an error that Redis itself answered, or
    /// one body that took too long.
    /// </summary>
    public bool IsOutage { get; init; } = true;

    /// <summary>True when a key that was asked for is of another type: to ask again brings the same.</summary>
    public bool IsWrongType { get; init; }
}
