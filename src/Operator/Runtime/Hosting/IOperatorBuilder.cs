using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.Controller;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>What an operator consists of.</summary>
internal interface IOperatorBuilder
{
    IServiceCollection Services { get; }

    OperatorSettings Settings { get; }

    /// <summary>
    /// Reconciles a type's objects with a scoped controller. Its <see cref="EntityStore{TEntity}"/>,
    /// <see cref="EntityQueue{TEntity}"/> and <see cref="IEntityTrigger{TEntity}"/> can be injected anywhere;
    /// something has to fill the store, see <see cref="AddReflector"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The type has a controller already.</exception>
    IOperatorBuilder AddController<TController, TEntity>(Action<ControllerOptions>? configure = null)
        where TController : class, IEntityController<TEntity>
        where TEntity : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Runs a reflector on every replica, and waits for its first list before anything else.</summary>
    IOperatorBuilder AddReflector(Func<IServiceProvider, IReflector> reflector);

    IOperatorBuilder AddLeaderTask<TTask>()
        where TTask : class, ILeaderTask;

    IOperatorBuilder AddOnSynced<TTask>()
        where TTask : class, IOnSynced;
}
