using System.Globalization;
using System.Text.Json;
using k8s;

namespace HttpSd.LocalCluster.Scale;

/// <summary>Many TargetGenerators of one namespace, made and looked at without kubectl, which would take minutes.</summary>
internal sealed class Fleet(Cluster cluster, string ns) : IDisposable
{
    private const string Group = "httpsd.io";
    private const string Version = "v1alpha1";
    private const string Plural = "targetgenerators";

    private readonly Kubernetes client = new(cluster.Control.AdminConfig);

    public static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"g-{number:00000}");

    /// <summary>Creates one; returning means that the API server has stored it, as kubectl's end does.</summary>
    public Task CreateAsync(string name, object spec) =>
        client.CustomObjects.CreateNamespacedCustomObjectAsync(
            new Dictionary<string, object>
            {
                ["apiVersion"] = $"{Group}/{Version}",
                ["kind"] = "TargetGenerator",
                ["metadata"] = new { name, @namespace = ns },
                ["spec"] = spec,
            },
            Group, Version, ns, Plural);

    /// <summary>Creates many, from a number on, with 32 writers.</summary>
    public Task CreateAsync(int count, Func<int, object> spec, int first = 0) =>
        Parallel.ForEachAsync(
            Enumerable.Range(first, count),
            new ParallelOptions { MaxDegreeOfParallelism = 32 },
            async (number, _) => await CreateAsync(Name(number), spec(number)));

    /// <summary>How many objects have this reason in their condition Ready; <c>""</c>: how many have none.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountReasonsAsync()
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        string? next = null;
        do
        {
            var page = await client.CustomObjects.ListNamespacedCustomObjectAsync<JsonElement>(
                Group, Version, ns, Plural, limit: 500, continueParameter: next);
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var reason = ReasonOf(item);
                counts[reason] = counts.GetValueOrDefault(reason) + 1;
            }
            next = page.GetProperty("metadata").TryGetProperty("continue", out var following) ? following.GetString() : null;
        }
        while (!string.IsNullOrEmpty(next));
        return counts;
    }

    public void Dispose() => client.Dispose();

    private static string ReasonOf(JsonElement item) =>
        item.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
            ? conditions.EnumerateArray().First(c => c.GetProperty("type").GetString() == "Ready").GetProperty("reason").GetString()!
            : "";
}
