namespace HttpSd.Scaling.Simulator.World;

/// <summary>Takes down what comes of one trace with one seed and one controller.</summary>
internal sealed class Measures
{
    // A twentieth of a second up to 100 s, a second from there on.
    private const int Fine = 2_000;
    private const double FineWidth = 0.05;
    private const double FineEnd = Fine * FineWidth;

    private readonly int[] waits = new int[Fine + 4_000];
    private int started;
    private int late;
    private double maxWait;
    private int writes;
    private int reversals;
    private int decreasesOnUnknown;
    private double lastWrite = double.NegativeInfinity;
    private int lastDirection;

    public double ReplicaSeconds { get; set; }

    public int Interrupted { get; set; }

    public Figures Figures => new(
        Wait(0.5), Wait(0.95), Wait(0.99), maxWait, started == 0 ? 0 : (double)late / started, ReplicaSeconds, writes, reversals,
        Interrupted, decreasesOnUnknown);

    public void Waited(double seconds, double objective)
    {
        started++;
        waits[seconds < FineEnd ? (int)(seconds / FineWidth) : Math.Min(Fine + (int)(seconds - FineEnd), waits.Length - 1)]++;
        maxWait = Math.Max(maxWait, seconds);
        late += seconds > objective ? 1 : 0;
    }

    public void Wrote(double now, int from, int to, bool unknown)
    {
        writes++;
        var direction = Math.Sign(to - from);
        reversals += direction == -lastDirection && now - lastWrite < 300 ? 1 : 0;
        decreasesOnUnknown += direction < 0 && unknown ? 1 : 0;
        (lastWrite, lastDirection) = (now, direction);
    }

    /// <summary>The wait that this share of all jobs did not exceed.</summary>
    private double Wait(double share)
    {
        var rank = (long)Math.Ceiling(share * started);
        for (var i = 0; i < waits.Length && started > 0; i++)
        {
            rank -= waits[i];
            if (rank <= 0)
                return Math.Min(i < Fine ? (i + 1) * FineWidth : FineEnd + i - Fine + 1, maxWait);
        }
        return maxWait;
    }
}

/// <summary>What came of it: waits in seconds, shares of one.</summary>
/// <param name="Late">The share of jobs that waited longer than the objective.</param>
/// <param name="ReplicaSeconds">Starting and terminating Pods included.</param>
/// <param name="Reversals">Writes in the other direction within 300 s.</param>
/// <param name="Interrupted">Jobs that were still running when their Pod's grace ended.</param>
/// <param name="DecreasesOnUnknown">Writes that made the pool smaller while its queue could not be read.</param>
internal sealed record Figures(
    double P50, double P95, double P99, double Max, double Late, double ReplicaSeconds, int Writes, int Reversals, int Interrupted,
    int DecreasesOnUnknown);
