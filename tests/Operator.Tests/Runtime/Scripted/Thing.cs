using k8s;
using k8s.Models;

namespace HttpSd.Operator.Tests.Runtime.Scripted;

[KubernetesEntity(Group = "test.httpsd.io", ApiVersion = "v1", Kind = "Thing", PluralName = "things")]
internal sealed class Thing : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public ThingSpec Spec { get; set; } = new();
}

internal sealed class ThingSpec
{
    public int Size { get; set; }
}
