namespace HttpSd.Scaling.Simulator.World;

/// <summary>Jobs of a trace, by chance and by plan.</summary>
internal sealed class Arrivals(Random random)
{
    private readonly List<Job> jobs = [];

    public Job[] InOrder() => [.. jobs.OrderBy(j => j.At)];

    /// <summary>A Poisson process whose rate may change with time, of jobs that may, too.</summary>
    public Arrivals Steady(double from, double to, Func<double, double> rate, double mostRate, Func<double, Job> job)
    {
        for (var at = from + Exponential(1 / mostRate); at < to; at += Exponential(1 / mostRate))
            if (random.NextDouble() * mostRate < rate(at))
                jobs.Add(job(at));
        return this;
    }

    public Arrivals Steady(double from, double to, double rate, Func<double, Job> job) => Steady(from, to, _ => rate, rate, job);

    public Arrivals Steady(double from, double to, double rate, double seconds) => Steady(from, to, rate, at => new Job(at, Exponential(seconds)));

    /// <summary>So many at once.</summary>
    public Arrivals Burst(double at, int count, Func<double, Job> job)
    {
        for (var i = 0; i < count; i++)
            jobs.Add(job(at));
        return this;
    }

    public Arrivals Burst(double at, int count, double seconds) => Burst(at, count, at => new Job(at, Exponential(seconds)));

    public double Exponential(double mean) => -mean * Math.Log(1 - random.NextDouble());

    public double Between(double least, double most) => least + (random.NextDouble() * (most - least));

    public bool OneIn(double share) => random.NextDouble() < share;
}
