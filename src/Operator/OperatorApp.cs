using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Store;
using HttpSd.Redis.Queue;
using HttpSd.ServiceDefaults;
using k8s.Models;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator;

/// <summary>The operator as an application: it turns TargetGenerators into definitions in Redis and says how they are doing.</summary>
public static class OperatorApp
{
    /// <summary>Builds it; the caller runs it.</summary>
    /// <param name="commandLine"><c>--Section:Name=value</c>.</param>
    /// <param name="configure">What the host adds.</param>
    public static WebApplication Create(string[] commandLine, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddHttpSdDefaults(commandLine);
        builder.Services.AddSettings<OperatorOptions>("Operator");
        builder.Services.AddOperator(Settings.Read<OperatorOptions>(builder.Configuration, "Operator"));
        configure?.Invoke(builder);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.AddServerHeader = false);
        var app = builder.Build();
        // Before an API server is looked for.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.Urls.Clear();
        foreach (var url in Settings.Read<OperatorOptions>(app.Configuration, "Operator").Urls.Split(';'))
            app.Urls.Add(url);
        var health = app.Services.GetRequiredService<OperatorHealth>();
        app.MapHttpSdDefaults(alive: () => health.Alive, ready: () => health.Ready, troubles: () => health.Troubles);
        app.Services.ConnectChanges();
        return app;
    }

    private static void AddOperator(this IServiceCollection services, OperatorOptions options)
    {
        services.AddKubernetesClient();
        services.AddSingleton<EntityStore<V1ConfigMap>>();
        services.AddSingleton<Claims>();
        services.AddSingleton<ConfigMaps>();
        services.AddSingleton<UnreadableGenerators>();
        services.AddSingleton<PublishedDefinitions>();
        services.AddSingleton<LastGoodScripts>();
        services.AddSingleton(s => new OverdueRuns(s.GetRequiredService<PublishedDefinitions>().PoolOf, s.GetRequiredService<JobQueue>()));
        services.AddSingleton<RunFeed>();
        services.AddSingleton<StatusPace>();
        services.AddSingleton<GeneratorGathering>();
        services.AddSingleton<GeneratorActs>();
        services.AddSingleton<FullPublication>();
        services.AddSingleton<GeneratorGauges>();
        services.AddSingleton<PoolNames>(s =>
        {
            // Of what is published, as servers and workers do: whatever else an object names would be a label of its writer's choice.
            var published = s.GetRequiredService<PublishedDefinitions>();
            var pools = s.GetRequiredService<PoolDirectory>();
            return () => published.Pools.Concat(pools.Names);
        });
        var host = services.AddKubernetesOperator(settings =>
        {
            settings.Name = options.Name;
            settings.LeaderElectionType = options.LeaderElection ? LeaderElectionType.Single : LeaderElectionType.None;
            // A follower works four seconds after a leader that leaves, and well within twenty after one that dies.
            settings.LeaderElectionLeaseDuration = TimeSpan.FromSeconds(12);
            settings.LeaderElectionRenewDeadline = TimeSpan.FromSeconds(8);
            settings.LeaderElectionRetryPeriod = TimeSpan.FromSeconds(1);
            settings.LeaderElectionNamespace = options.OwnNamespace.Length > 0 ? options.OwnNamespace : null;
            settings.MaxParallelReconciliations = options.Concurrency;
        });
        host.AddController<GeneratorController, TargetGenerator>(controller =>
        {
            controller.Filter = new ChangeFilter { Annotations = [TargetGenerator.ReloadAnnotation] };
            controller.MinResync = options.ResyncInterval / 2;
            controller.MaxResync = options.ResyncInterval * 1.5;
        });
        // One reflector for everything, or one for each namespace that is served.
        foreach (var served in options.Namespaces.Length == 0 ? [[]] : options.Namespaces.Select(n => new[] { n }))
        {
            IReflector? generators = null;
            host.AddReflector(s => generators = ReflectGenerators(s, served));
            // Later: which of them keep their data is known from the generators.
            host.AddReflector(s => new LaterReflector(
                ReflectConfigMaps(s, served), () => generators is { Synced: true }, s.GetRequiredService<TimeProvider>()));
        }
        host.AddPools(options);
        host.AddOnSynced<ScriptsAhead>();
        host.AddOnSynced<FirstPublication>();
        host.AddLeaderTask<StoreGuard>();
        host.AddLeaderTask<RunFeedTask>();
    }

    private static Reflector<TargetGenerator> ReflectGenerators(IServiceProvider services, string[] served)
    {
        var reflector = services.GetRequiredService<ReflectorFactory>()
            .Create(services.GetRequiredService<EntityStore<TargetGenerator>>(), served).Single();
        services.GetRequiredService<UnreadableGenerators>().Watch([reflector]);
        return reflector;
    }

    private static Reflector<V1ConfigMap> ReflectConfigMaps(IServiceProvider services, string[] served) =>
        services.GetRequiredService<ReflectorFactory>().Create(
            services.GetRequiredService<EntityStore<V1ConfigMap>>(),
            served,
            transform: services.GetRequiredService<ConfigMaps>().Strip,
            large: true).Single();

    // Before the first object is read: what follows the store has to see it filling.
    private static void ConnectChanges(this IServiceProvider services)
    {
        services.GetRequiredService<GeneratorGauges>();
        services.ConnectPools();
        var generators = services.GetRequiredService<IEntityTrigger<TargetGenerator>>();
        services.GetRequiredService<Claims>().Concerned += key => generators.Enqueue(key);
        services.GetRequiredService<ConfigMaps>().Concerned += key => generators.Enqueue(key);
        services.GetRequiredService<EntityStore<TargetGenerator>>().Changed += services.GetRequiredService<GeneratorActs>().Note;
    }
}
