namespace HttpSd.Operator.Scaling;

/// <summary>What has been learned of a pool, for its status: the next leader begins with it.</summary>
/// <param name="ServiceSeconds">How long a job holds a slot.</param>
/// <param name="StartupSeconds">From a Pod's creation to ready.</param>
/// <param name="ArrivalRate">Jobs a second, bursts left out.</param>
internal sealed record Learned(double ServiceSeconds, double StartupSeconds, double ArrivalRate)
{
    /// <summary>
    /// Before anything is known. Too short a job would miss the objective with the first burst, too long a one
    /// costs little; a Pod's start is uncritical between 5 s and 20 s.
    /// </summary>
    public static Learned Nothing { get; } = new(5, 15, 0);

    /// <summary>The same with numbers that can be reckoned with: a status can be edited by hand.</summary>
    public Learned Sound() => new(
        Within(ServiceSeconds, 0.01, 86_400, Nothing.ServiceSeconds),
        Within(StartupSeconds, 0, 3_600, Nothing.StartupSeconds),
        Within(ArrivalRate, 0, 1e6, Nothing.ArrivalRate));

    private static double Within(double value, double least, double most, double otherwise) =>
        double.IsFinite(value) ? Math.Clamp(value, least, most) : otherwise;
}

/// <summary>What a decision reckons with.</summary>
/// <param name="LongService">Seconds that a job holds a slot, over some minutes.</param>
/// <param name="Service">The same, and more when the last half minute says more: what a backlog is planned with.</param>
/// <param name="ArrivalRate">Jobs a second without bursts, which are backlog and must not count twice.</param>
internal readonly record struct Estimates(double LongService, double Service, double ArrivalRate);
