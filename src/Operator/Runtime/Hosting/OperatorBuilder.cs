using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using HttpSd.Operator.Runtime.Queue;
using k8s;
using k8s.Models;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace HttpSd.Operator.Runtime.Hosting;

internal sealed class OperatorBuilder(IServiceCollection services, OperatorSettings settings) : IOperatorBuilder
{
    public IServiceCollection Services => services;

    public OperatorSettings Settings => settings;

    public IOperatorBuilder AddController<TController, TEntity>(Action<ControllerOptions>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>
    {
        if (services.Any(s => s.ServiceType == typeof(IEntityController<TEntity>)))
            throw new InvalidOperationException($"{typeof(TEntity).Name} has a controller already");
        var options = settings.NewController(typeof(TEntity).Name.ToLowerInvariant());
        configure?.Invoke(options);
        services.AddScoped<IEntityController<TEntity>, TController>();
        services.TryAddSingleton<EntityStore<TEntity>>();
        services.AddSingleton(s => new ControllerLoop<TEntity>(
            s.GetRequiredService<EntityStore<TEntity>>(),
            s.GetRequiredService<IServiceScopeFactory>(),
            options,
            s.GetRequiredService<ControllerMetrics>(),
            s.GetRequiredService<QueueMetrics>(),
            s.GetRequiredService<TimeProvider>(),
            new Random(),
            s.GetRequiredService<ILogger<ControllerLoop<TEntity>>>()));
        services.AddSingleton<IControllerLoop>(s => s.GetRequiredService<ControllerLoop<TEntity>>());
        services.AddSingleton<IEntityTrigger<TEntity>>(s => s.GetRequiredService<ControllerLoop<TEntity>>());
        services.AddSingleton<EntityQueue<TEntity>>(s =>
        {
            var loop = s.GetRequiredService<ControllerLoop<TEntity>>();
            return (entity, _, _, queueIn, _, _) => Task.FromResult(loop.EnqueueAfter(EntityKey.Of(entity), queueIn));
        });
        return this;
    }

    public IOperatorBuilder AddReflector(Func<IServiceProvider, IReflector> reflector)
    {
        services.AddSingleton(reflector);
        return this;
    }

    public IOperatorBuilder AddLeaderTask<TTask>()
        where TTask : class, ILeaderTask
    {
        services.AddSingleton<ILeaderTask, TTask>();
        return this;
    }

    public IOperatorBuilder AddOnSynced<TTask>()
        where TTask : class, IOnSynced
    {
        services.AddSingleton<IOnSynced, TTask>();
        return this;
    }
}
