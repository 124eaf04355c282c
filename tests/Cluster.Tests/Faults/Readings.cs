using System.Globalization;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>Numbers out of a process's metrics.</summary>
internal static class Readings
{
    /// <summary>The sum of the series of this name whose labels have all the texts.</summary>
    public static async Task<double> ReadAsync(this Part part, string name, params string[] labels) =>
        (await part.MetricsAsync()).Split('\n')
            .Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) && labels.All(t => l.Contains(t, StringComparison.Ordinal)))
            .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public static async Task<bool> LeadsAsync(this Part part) => await part.ReadAsync("leader_election_master_status") == 1;

    /// <summary>Statuses and repeated events written, and tries at it.</summary>
    public static Task<double> PatchesAsync(this Part part) => part.ReadAsync("rest_client_requests_total", "method=\"PATCH\"");
}
