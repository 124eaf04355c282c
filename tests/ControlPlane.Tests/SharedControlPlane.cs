namespace HttpSd.Kube.Tests;

/// <summary>One control plane for a class of tests, with the Widget kind.</summary>
public sealed class SharedControlPlane : IAsyncLifetime
{
    public ControlPlane Plane { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Plane = await ControlPlane.StartAsync();
        await Plane.ApplyAsync(Path.Combine(AppContext.BaseDirectory, "widgets.yaml"));
    }

    public ValueTask DisposeAsync() => Plane.DisposeAsync();
}
