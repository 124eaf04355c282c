namespace HttpSd.Operator.Runtime.Client;

/// <summary>Randomness that many loops may share: <see cref="Random"/> itself breaks under two threads.</summary>
internal sealed class Jitter(Random random)
{
    private readonly Lock one = new();

    /// <summary>The duration, up to a fifth shorter or longer.</summary>
    public TimeSpan Around(TimeSpan middle) => middle * (0.8 + 0.4 * Next());

    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + (most - least) * Next();

    private double Next()
    {
        lock (one)
            return random.NextDouble();
    }
}
