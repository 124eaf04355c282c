using HttpSd.Redis.Connection;

namespace HttpSd.SdServer.Memory;

/// <summary>
/// Open: Redis failed a moment ago, and requests don't try it, so that an outage costs one request its timeout
/// and not all of them. <see cref="StoreWatch"/> closes it again.
/// </summary>
internal sealed class StoreCircuit
{
    private volatile bool open;

    public bool IsOpen => open;

    /// <summary>Opens for a failure that isn't only that of the keys it was about.</summary>
    public void TripFor(StoreUnavailableException failure)
    {
        if (failure.IsOutage)
            Trip();
    }

    public void Trip() => open = true;

    public void Close() => open = false;
}
