namespace HttpSd.Core.Tests.Targets;

/// <summary>Targets that share their labels, as Prometheus knows it.</summary>
/// <param name="Targets">Addresses, mostly <c>host:port</c>.</param>
/// <param name="Labels">Labels by name; empty when there are none.</param>
internal sealed record TargetGroup(IReadOnlyList<string> Targets, IReadOnlyDictionary<string, string> Labels);
