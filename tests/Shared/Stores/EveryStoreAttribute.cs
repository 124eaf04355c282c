using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

namespace HttpSd.Tests;

/// <summary>Runs a theory once on each kind of store.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EveryStoreAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new(Enum.GetValues<StoreKind>().Select(kind => (ITheoryDataRow)new TheoryDataRow(kind)).ToList());

    public override bool SupportsDiscoveryEnumeration() => true;
}
