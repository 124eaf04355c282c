using System.Reflection;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Where a type lives in the API.</summary>
internal sealed record EntityResource(string Group, string Version, string Kind, string Plural)
{
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public static EntityResource Of<TEntity>()
        where TEntity : IKubernetesObject<V1ObjectMeta> =>
        typeof(TEntity).GetCustomAttribute<KubernetesEntityAttribute>() is { } entity
            ? new EntityResource(entity.Group ?? "", entity.ApiVersion, entity.Kind, entity.PluralName)
            : throw new InvalidOperationException($"{typeof(TEntity).Name} has no [KubernetesEntity]");

    /// <summary>The collection's path below the API server's root.</summary>
    /// <param name="ns">Null for all namespaces.</param>
    public string Path(string? ns) =>
        (Group.Length == 0 ? $"api/{Version}/" : $"apis/{Group}/{Version}/") + (ns is null ? Plural : $"namespaces/{ns}/{Plural}");
}
