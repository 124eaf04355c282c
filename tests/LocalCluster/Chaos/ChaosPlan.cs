using HttpSd.LocalCluster.History;

namespace HttpSd.LocalCluster.Chaos;

/// <summary>How long everything is hurt, and how much of it there is.</summary>
/// <param name="Seed">The same seed hurts the same things in the same order.</param>
/// <param name="Turmoil">For how long.</param>
/// <param name="Paths">Generators, half of them at each of two servers.</param>
internal sealed record ChaosPlan(int Seed, TimeSpan Turmoil, int Paths);

/// <summary>What came of it.</summary>
/// <param name="Faults">How many of each kind.</param>
/// <param name="Polls">Lists that were asked for.</param>
/// <param name="Lists">Of them answered with one.</param>
/// <param name="Looks">How often Prometheus was asked what it has.</param>
/// <param name="Wrong">What must not be: a target that Prometheus lost, an answer that was no list of its path, an end that is not as the cluster says, a promise that the histories say was broken.</param>
/// <param name="Healed">From the end of the last fault until everything was as the cluster says.</param>
/// <param name="History">What the histories of all processes say.</param>
internal sealed record ChaosReport(IReadOnlyDictionary<string, int> Faults, long Polls, long Lists, int Looks, IReadOnlyList<string> Wrong, TimeSpan Healed, HistoryReport History);
