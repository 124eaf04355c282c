using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Runtime.Controller;

/// <summary>The loop of one controller, as the host sees it.</summary>
internal interface IControllerLoop
{
    string Name { get; }

    /// <summary>False when a reconcile has long outlived its cancellation, or the loop has died: restart the process.</summary>
    bool Alive { get; }

    /// <summary>
    /// Takes note of changes from now on, without acting on any: a deletion while a leader prepares would be told
    /// to nobody otherwise.
    /// </summary>
    void Begin();

    /// <summary>Runs until <see cref="Drain"/> and the end of what was being worked on, or until cancelled.</summary>
    /// <param name="cancellationToken">Ends dispatch at once and cancels what runs; the call still returns only when it has ended.</param>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Stops dispatch; only deletions that nobody else would hear of are still told.</summary>
    void Drain();
}

/// <summary>Has objects reconciled for reasons that their own store doesn't know.</summary>
/// <typeparam name="TEntity">The objects' type, which names the controller.</typeparam>
internal interface IEntityTrigger<TEntity>
{
    /// <summary>Reconciles the object soon. Nothing happens while not leading: at its start a leader reconciles everything.</summary>
    bool Enqueue(EntityKey key);

    /// <summary>The same after a while; of several times the earliest counts.</summary>
    bool EnqueueAfter(EntityKey key, TimeSpan after);
}
