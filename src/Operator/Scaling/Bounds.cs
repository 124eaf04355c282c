namespace HttpSd.Operator.Scaling;

/// <summary>The spec as numbers that can be reckoned with, whatever was given: seconds, and no zero to divide by.</summary>
internal readonly record struct Bounds
{
    private const int Most = 1_000_000;

    public Bounds(ScalingSpec spec)
    {
        Min = Math.Clamp(spec.MinReplicas, 0, Most);
        Max = Math.Clamp(spec.MaxReplicas, Min, Most);
        Concurrency = Math.Clamp(spec.Concurrency, 1, 10_000);
        Objective = Seconds(spec.MaxPendingAge, 1);
        LongestRun = Seconds(spec.LongestRun, 0.01);
        Interval = Seconds(spec.Interval, 0.1);
        Acts = spec.Acts;
    }

    public int Min { get; }

    public int Max { get; }

    public int Concurrency { get; }

    public double Objective { get; }

    public double LongestRun { get; }

    public double Interval { get; }

    public bool Acts { get; }

    public int Clamp(int replicas) => Math.Clamp(replicas, Min, Max);

    /// <summary>Whole replicas for slots.</summary>
    public int Replicas(double slots) =>
        double.IsNaN(slots) ? 0 : (int)Math.Clamp(Math.Ceiling((slots / Concurrency) - 1e-9), 0, Most);

    private static double Seconds(TimeSpan value, double least) => Math.Clamp(value.TotalSeconds, least, 86_400);
}
