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
}
