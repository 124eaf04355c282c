using k8s.Models;

namespace HttpSd.Operator.Runtime.LeaderElection;

/// <summary>
/// A lease as this process saw it change. Whether it has ended is judged by this process' own clock since then,
/// so clocks that differ between machines can't give two leaders.
/// </summary>
internal sealed class LeaseView(TimeProvider time, TimeSpan usualDuration)
{
    private V1LeaseSpec? seen;
    private string? version;
    private long since;

    public string Holder => seen?.HolderIdentity ?? "";

    public void See(V1Lease lease)
    {
        if (version == lease.Metadata.ResourceVersion)
            return;
        (seen, version, since) = (lease.Spec, lease.Metadata.ResourceVersion, time.GetTimestamp());
    }

    /// <summary>How long the holder may still be working; zero when nobody is.</summary>
    public TimeSpan Remaining()
    {
        if (string.IsNullOrEmpty(seen?.HolderIdentity) || seen.RenewTime is null)
            return TimeSpan.Zero;
        var duration = seen.LeaseDurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : usualDuration;
        var left = duration - time.GetElapsedTime(since);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
