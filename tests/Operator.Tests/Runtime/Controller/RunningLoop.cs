using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.Controller;

/// <summary>One controller's loop over a store that the test fills.</summary>
internal sealed class RunningLoop : IAsyncDisposable
{
    private readonly CancellationTokenSource abort = new();
    private readonly ServiceProvider services;

    public RunningLoop(Action<ControllerOptions>? configure = null, Action<EntityStore<Widget>>? fill = null)
    {
        services = new ServiceCollection()
            .AddSingleton(Script)
            .AddScoped<IEntityController<Widget>, ScriptedController>()
            .BuildServiceProvider();
        var options = new ControllerOptions { Name = "widget", MinResync = TimeSpan.FromDays(1), MaxResync = TimeSpan.FromDays(2) };
        configure?.Invoke(options);
        Loop = new ControllerLoop<Widget>(
            Store,
            services.GetRequiredService<IServiceScopeFactory>(),
            options,
            Instruments.Controllers,
            Instruments.Queues,
            Time,
            new Random(1),
            NullLogger<ControllerLoop<Widget>>.Instance);
        fill?.Invoke(Store);
        Run = Loop.RunAsync(abort.Token);
    }

    public FakeTimeProvider Time { get; } = new();

    public EntityStore<Widget> Store { get; } = new();

    public ControllerScript Script { get; } = new();

    public Instruments Instruments { get; } = new();

    public ControllerLoop<Widget> Loop { get; }

    public Task Run { get; }

    public Task AbortAsync() => abort.CancelAsync();

    public async Task<string> SeriesAsync(string start) =>
        (await Instruments.TextAsync()).Split('\n').Single(l => l.StartsWith(start, StringComparison.Ordinal)).Split(' ')[^1];

    public async ValueTask DisposeAsync()
    {
        await abort.CancelAsync();
        await Run.WaitAsync(TimeSpan.FromSeconds(10));
        Loop.Dispose();
        await services.DisposeAsync();
        abort.Dispose();
    }
}
