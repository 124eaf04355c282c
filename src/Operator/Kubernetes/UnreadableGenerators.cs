using HttpSd.Operator.Entities;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Caching;

namespace HttpSd.Operator.Kubernetes;

/// <summary>TargetGenerators that exist and can't be read; only their names are known.</summary>
internal sealed class UnreadableGenerators
{
    private readonly List<Reflector<TargetGenerator>> reflectors = [];

    public IEnumerable<(EntityKey Key, string Uid)> All => reflectors.SelectMany(r => r.Unreadable).Select(u => (u.Key, u.Uid));

    public void Watch(IEnumerable<Reflector<TargetGenerator>> all) => reflectors.AddRange(all);
}
