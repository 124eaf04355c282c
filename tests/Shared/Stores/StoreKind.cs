namespace HttpSd.Tests;

/// <summary>The servers that every promise about Redis is tested on.</summary>
public enum StoreKind
{
    Redis,
    Garnet,
}
