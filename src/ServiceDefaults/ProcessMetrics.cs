using Prometheus;

namespace HttpSd.ServiceDefaults;

/// <summary>The registry of one process's instruments; never the library's static one, so that several can live in one process.</summary>
public sealed class ProcessMetrics
{
    /// <summary>A registry with the runtime's own metrics in it.</summary>
    public ProcessMetrics()
    {
        Factory = Metrics.WithCustomRegistry(Registry);
        DotNetStats.Register(Registry);
    }

    /// <summary>What <c>/metrics</c> shows.</summary>
    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    /// <summary>Makes instruments in <see cref="Registry"/>.</summary>
    public IMetricFactory Factory { get; }
}
