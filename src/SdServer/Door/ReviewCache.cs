namespace HttpSd.SdServer.Door;

/// <summary>Nobody can say, and nothing that was said is young enough.</summary>
internal sealed class ReviewUnavailableException(string problem) : Exception(problem);

/// <summary>
/// What the API server said, for a minute; for ten while it can't be asked. One question is asked once at a time,
/// and after a failure not again at once.
/// </summary>
internal sealed class ReviewCache<T>(TimeProvider time, ILogger log)
{
    private const int MaxEntries = 20_000;
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Outage = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (T Value, long At)> answers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task<T>> asking = new(StringComparer.Ordinal);
    private (string Problem, long At)? failure;

    /// <summary>What is known and fresh.</summary>
    public bool TryGet(string key, out T? value)
    {
        lock (gate)
        {
            var known = answers.TryGetValue(key, out var answer) && time.GetElapsedTime(answer.At) < Fresh;
            value = known ? answer.Value : default;
            return known;
        }
    }

    /// <exception cref="ReviewUnavailableException">It can't be asked.</exception>
    public async Task<T> GetAsync(string key, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (TryGet(key, out var value))
            return value!;
        Task<T> asked;
        lock (gate)
        {
            if (failure is { } last && time.GetElapsedTime(last.At) < Pause)
                return Old(key, last.Problem);
            if (!asking.TryGetValue(key, out asked!))
                asking[key] = asked = Task.Run(() => AskAsync(key, ask), CancellationToken.None);
        }
        return await asked.WaitAsync(cancellationToken);
    }

    private async Task<T> AskAsync(string key, Func<Task<T>> ask)
    {
        try
        {
            var value = await ask();
            lock (gate)
            {
                failure = null;
                if (answers.Count >= MaxEntries)
                    OldestEntries.Drop(answers, MaxEntries, a => a.At);
                answers[key] = (value, time.GetTimestamp());
            }
            return value;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            Log.ReviewFailed(log, e.Message);
            lock (gate)
            {
                failure = (e.Message, time.GetTimestamp());
                return Old(key, e.Message);
            }
        }
        finally
        {
            lock (gate)
                asking.Remove(key);
        }
    }

    private T Old(string key, string problem) =>
        answers.TryGetValue(key, out var answer) && time.GetElapsedTime(answer.At) < Outage
            ? answer.Value
            : throw new ReviewUnavailableException(problem);
}
