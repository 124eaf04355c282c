namespace HttpSd.SdServer.Door;

/// <summary>What the door consists of.</summary>
internal static class Registration
{
    public static void AddDoor(this IServiceCollection services)
    {
        services.AddSingleton<Keys>();
        services.AddSingleton<TlsFiles>();
        services.AddHostedService<FileWatch>();
        services.AddSingleton<RefusalDelay>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<ReviewClient>();
        services.AddSingleton<Access>();
        services.AddSingleton<DoorMiddleware>();
    }
}
