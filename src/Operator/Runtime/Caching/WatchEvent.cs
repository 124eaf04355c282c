using k8s;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>One line of a watch.</summary>
/// <param name="Type">Never an error: those are thrown.</param>
/// <param name="Version">Where to go on after it.</param>
/// <param name="Entity">Null for a bookmark.</param>
internal readonly record struct WatchEvent<TEntity>(WatchEventType Type, string Version, TEntity? Entity)
    where TEntity : class;
