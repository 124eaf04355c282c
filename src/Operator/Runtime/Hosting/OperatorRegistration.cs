using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Events;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Runtime.Queue;
using HttpSd.Operator.Runtime.Status;
using k8s;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HttpSd.Operator.Runtime.Hosting;

internal static class OperatorRegistration
{
    // For stopping the reflectors, the events and the lease after the workers; the chart's grace period is longer still.
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(12);

    /// <summary>
    /// Runs an operator in this host. Needs <see cref="IKubernetes"/> and the process' metrics among the services.
    /// </summary>
    public static IOperatorBuilder AddKubernetesOperator(this IServiceCollection services, Action<OperatorSettings>? configure = null)
    {
        var settings = new OperatorSettings();
        configure?.Invoke(settings);
        settings.Validate();
        var identity = LeaseOptions.NewIdentity(new Random());
        services.AddSingleton(settings);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<ControllerMetrics>();
        services.AddSingleton<QueueMetrics>();
        services.AddSingleton<LeaderMetrics>();
        services.AddSingleton<EventMetrics>();
        services.AddSingleton(new EventOptions(settings.Name, identity));
        services.AddSingleton<EventWriter>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<EventPublisher>(s => s.GetRequiredService<EventRecorder>().PublishAsync);
        services.AddSingleton<IStatusPatcher>(s => new StatusPatcher(
            s.GetRequiredService<IKubernetes>(), s.GetRequiredService<ILeaderElection>(), settings.Name));
        AddLeadership(services, settings, identity);
        services.TryAddSingleton(ProcessEnd.Real);
        services.AddSingleton<OperatorHealth>();
        services.AddSingleton<LeaderWork>();
        services.AddHostedService<OperatorService>();
        services.Configure<HostOptions>(o => o.ShutdownTimeout = settings.DrainTimeout + AfterDrain);
        return new OperatorBuilder(services, settings);
    }

    private static void AddLeadership(IServiceCollection services, OperatorSettings settings, string identity)
    {
        if (settings.LeaderElectionType == LeaderElectionType.None)
        {
            services.AddSingleton<ILeaderElection, SingleProcess>();
            return;
        }
        services.AddSingleton(_ => new LeaseOptions(settings.LeaderElectionNamespace ?? PodNamespace.Find(), $"{settings.Name}-leader", identity)
        {
            LeaseDuration = settings.LeaderElectionLeaseDuration,
            RenewDeadline = settings.LeaderElectionRenewDeadline,
            RetryPeriod = settings.LeaderElectionRetryPeriod,
        });
        services.AddSingleton<LeaseClient>();
        services.AddSingleton<ILeaderElection>(s => ActivatorUtilities.CreateInstance<LeaseElection>(s, new Random()));
    }
}
