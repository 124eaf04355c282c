using System.Reflection;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Events;

/// <summary>Something to tell about an object, with a copy of what identifies it: the object itself may change.</summary>
internal sealed record Notice(V1ObjectReference About, string Reason, string Message, EventType Type, DateTime At)
{
    private const int LongestMessage = 1024;
    private const int LongestReason = 128;

    /// <summary>The object, the type and the reason: messages under one such key are similar.</summary>
    public string SimilarKey => string.Join('\n', About.Uid, About.Kind, About.NamespaceProperty, About.Name, Type, Reason);

    public static Notice Of(IKubernetesObject<V1ObjectMeta> entity, string reason, string message, EventType type, DateTime at)
    {
        // Items of a built-in type's list come without kind and version.
        var known = entity.GetType().GetCustomAttribute<KubernetesEntityAttribute>();
        var version = string.IsNullOrEmpty(known?.Group) ? known?.ApiVersion : $"{known.Group}/{known.ApiVersion}";
        var about = new V1ObjectReference
        {
            ApiVersion = string.IsNullOrEmpty(entity.ApiVersion) ? version : entity.ApiVersion,
            Kind = string.IsNullOrEmpty(entity.Kind) ? known?.Kind : entity.Kind,
            Name = entity.Metadata.Name,
            NamespaceProperty = entity.Metadata.NamespaceProperty,
            Uid = entity.Metadata.Uid,
            ResourceVersion = entity.Metadata.ResourceVersion,
        };
        return new Notice(about, Cut(reason, LongestReason), Cut(message, LongestMessage), type, at);
    }

    public static string Cut(string text, int length) =>
        text.Length <= length ? text : text[..(char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1)] + "…";

    /// <summary>The same, said of several.</summary>
    public Notice Combined() => this with { Message = Cut("(combined from similar events): " + Message, LongestMessage) };
}
