using System.Collections.Concurrent;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Tests.Runtime.Controller;

/// <summary>What a test wants its controller to do, and what it was asked.</summary>
internal sealed class ControllerScript
{
    public ConcurrentQueue<string> Calls { get; } = new();

    public ConcurrentDictionary<string, int> Running { get; } = new();

    public int MostPerKey { get; private set; }

    public Func<Widget, CancellationToken, Task<ReconciliationResult<Widget>>> Reconcile { get; set; } =
        (w, _) => Task.FromResult(ReconciliationResult<Widget>.Success(w));

    public Func<Widget, CancellationToken, Task<ReconciliationResult<Widget>>> Deleted { get; set; } =
        (w, _) => Task.FromResult(ReconciliationResult<Widget>.Success(w));

    public int Count(string name) => Calls.Count(c => c.StartsWith(name + "@", StringComparison.Ordinal));

    public async Task<ReconciliationResult<Widget>> CallAsync(
        string note, Widget widget, Func<Widget, CancellationToken, Task<ReconciliationResult<Widget>>> call, CancellationToken cancellationToken)
    {
        var name = widget.Metadata.Name;
        var running = Running.AddOrUpdate(name, 1, (_, n) => n + 1);
        MostPerKey = Math.Max(MostPerKey, running);
        Calls.Enqueue(note);
        try
        {
            return await call(widget, cancellationToken);
        }
        finally
        {
            Running.AddOrUpdate(name, 0, (_, n) => n - 1);
        }
    }
}

internal sealed class ScriptedController(ControllerScript script) : IEntityController<Widget>
{
    public Task<ReconciliationResult<Widget>> ReconcileAsync(Widget entity, CancellationToken cancellationToken) =>
        script.CallAsync($"{entity.Metadata.Name}@{entity.Metadata.Generation}", entity, script.Reconcile, cancellationToken);

    public Task<ReconciliationResult<Widget>> DeletedAsync(Widget entity, CancellationToken cancellationToken) =>
        script.CallAsync($"gone {entity.Metadata.Name}@{entity.Metadata.Uid}", entity, script.Deleted, cancellationToken);
}
