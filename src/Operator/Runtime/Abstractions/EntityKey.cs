using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Abstractions;

/// <summary>An object's place among those of its type.</summary>
internal readonly record struct EntityKey(string Namespace, string Name) : IComparable<EntityKey>
{
    public static EntityKey Of(IKubernetesObject<V1ObjectMeta> entity) =>
        new(entity.Metadata.NamespaceProperty ?? "", entity.Metadata.Name);

    public int CompareTo(EntityKey other) =>
        string.CompareOrdinal(Namespace, other.Namespace) is not 0 and var order ? order : string.CompareOrdinal(Name, other.Name);

    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
