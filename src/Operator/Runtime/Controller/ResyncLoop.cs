using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>
/// Brings every key back in rounds of changing length. A key keeps its place in the round, so the work is spread
/// over all of it and the time between two turns stays within the two bounds. Those of one slice come together:
/// to wake for a few dozen costs little more than to wake for one.
/// </summary>
internal sealed class ResyncLoop(
    Func<IEnumerable<EntityKey>> keys, Action<EntityKey, TimeSpan> addAfter, ControllerOptions options, TimeProvider time, Random random)
{
    private const int Slices = 100;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var round = options.MinResync + ((options.MaxResync - options.MinResync) * random.NextDouble());
            foreach (var key in keys())
                addAfter(key, round * Place(key));
            await Task.Delay(round, time, cancellationToken);
        }
    }

    // Never 0: the first round begins when everything was enqueued anyway.
    private static double Place(EntityKey key) => (((uint)key.GetHashCode() % Slices) + 1.0) / Slices;
}
