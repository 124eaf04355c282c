using StackExchange.Redis;

namespace HttpSd.Redis.Connection;

/// <summary>Says in few words why the store can't be used.</summary>
internal static class StoreTrouble
{
    private const int MostOfMessage = 160;

    /// <summary>What a person on duty wants to know of the client's exception.</summary>
    public static string Reason(Exception failure)
    {
        // The client wraps what happened in what it was about to do.
        var chain = Chain(failure).ToList();
        if (chain.OfType<RedisConnectionException>().Any(e => e.FailureType == ConnectionFailureType.AuthenticationFailure))
            return "it refuses the user or the password";
        // Of its own it says its state, not what has happened.
        if (chain[^1] is RedisConnectionException { FailureType: ConnectionFailureType.SocketClosed or ConnectionFailureType.SocketFailure })
            return "it has closed the connection";
        var innermost = chain[^1].Message;
        if (innermost.StartsWith("RESP protocol failure", StringComparison.Ordinal))
            return "what answers there is not Redis";
        return Brief(failure is RedisConnectionException ? innermost : failure.Message);
    }

    private static IEnumerable<Exception> Chain(Exception? failure)
    {
        for (var one = failure; one is not null; one = one.InnerException)
            yield return one;
    }

    // The client appends its whole state to what it has to say.
    private static string Brief(string message)
    {
        var end = message.IndexOfAny(['\n', ';', '(']);
        var first = end < 0 ? message : message[..end];
        return first.Length <= MostOfMessage ? first.TrimEnd() : first[..MostOfMessage];
    }
}
