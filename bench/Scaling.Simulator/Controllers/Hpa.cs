namespace HttpSd.Scaling.Simulator.Controllers;

/// <summary>How a HorizontalPodAutoscaler may behave.</summary>
/// <param name="DownWindow">The highest recommendation of so many seconds counts on the way down.</param>
/// <param name="UpLimited">Per 15 s at most twice the size or four more; else any step.</param>
internal sealed record Behavior(double DownWindow = 300, bool UpLimited = true);

/// <summary>The HorizontalPodAutoscaler, version 2, on an external metric with a target average value.</summary>
internal sealed class Hpa(double target, int min, int max, Behavior behavior)
{
    private const double Tolerance = 0.1;

    private readonly Queue<(double At, int Size)> recommended = new();

    public int Decide(double now, double? metric, int replicas)
    {
        // "Implicit maintenance mode", and holding what can't be told.
        if (replicas == 0 || metric is not { } value)
            return replicas;
        if (recommended.Count == 0)
            recommended.Enqueue((now - 1, replicas));
        var ratio = value / (target * replicas);
        var size = Math.Abs(1 - ratio) <= Tolerance ? replicas : (int)Math.Ceiling(value / target);
        while (recommended.Count > 0 && now - recommended.Peek().At > behavior.DownWindow)
            recommended.Dequeue();
        recommended.Enqueue((now, size));
        if (size < replicas)
            size = Math.Min(replicas, recommended.Max(r => r.Size));
        if (size > replicas && behavior.UpLimited)
            size = Math.Min(size, Math.Max(2 * replicas, replicas + 4));
        return Math.Clamp(size, min, max);
    }

    /// <summary>The size that is found is the first recommendation.</summary>
    public void Restart(double now, int replicas)
    {
        recommended.Clear();
        recommended.Enqueue((now, replicas));
    }
}
