using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace HttpSd.Redis;

/// <summary>Registers the room.</summary>
public static class RedisServices
{
    /// <summary>Queue, cache and definitions on one connection; the options are the host's to bind.</summary>
    public static IServiceCollection AddHttpSdRedis(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<RedisConnection>();
        services.AddSingleton<JobQueue>();
        services.AddSingleton<RunningJobs>();
        services.AddSingleton<ResultCache>();
        services.AddSingleton<ParameterSets>();
        services.AddSingleton<DefinitionStore>();
        services.AddSingleton<DefinitionPublisher>();
        services.AddSingleton<ReloadLedger>();
        services.AddSingleton<StaticLists>();
        services.AddHostedService<EvictionCheck>();
        return services;
    }

    /// <summary>Keeps the published definitions in memory, for processes that serve or run them.</summary>
    public static IServiceCollection AddDefinitionWatcher(this IServiceCollection services)
    {
        services.AddSingleton<DefinitionWatcher>();
        services.AddSingleton<IHostedService>(s => s.GetRequiredService<DefinitionWatcher>());
        services.AddSingleton<PoolNames>(s =>
        {
            var definitions = s.GetRequiredService<DefinitionWatcher>();
            return () => definitions.Table.All.Select(d => d.Definition.WorkerPool);
        });
        return services;
    }
}
