using System.Net;
using System.Net.Sockets;

namespace HttpSd.SdServer.Door;

/// <summary>How long a refused answer is held, by the address it goes to: guessing gets slow, nobody else does.</summary>
internal sealed class RefusalDelay(TimeProvider time)
{
    private const int Free = 5;
    private const int MaxAddresses = 10_000;
    private const int MaxHeld = 200;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // One refusal is forgotten after so long.
    private static readonly TimeSpan Decay = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private readonly Dictionary<IPAddress, (int Count, long At)> addresses = [];
    private int held;

    /// <summary>Notes a refusal.</summary>
    /// <returns>How long its answer is to be held.</returns>
    public TimeSpan Next(IPAddress? address)
    {
        if (address is null)
            return TimeSpan.Zero;
        lock (gate)
        {
            var key = Network(address);
            var (count, at) = addresses.GetValueOrDefault(key);
            if (count == 0 && addresses.Count >= MaxAddresses)
                OldestEntries.Drop(addresses, MaxAddresses, a => a.At);
            count = Math.Min(Math.Max(0, count - Forgotten(at)) + 1, 64);
            addresses[key] = (count, time.GetTimestamp());
            var doubled = First * Math.Pow(2, Math.Min(count - Free - 1, 10));
            return count <= Free ? TimeSpan.Zero : doubled < Longest ? doubled : Longest;
        }
    }

    /// <summary>Holds an answer; at once when too many are held already, which must not cost connections.</summary>
    public async Task HoldAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        if (delay <= TimeSpan.Zero)
            return;
        try
        {
            if (Interlocked.Increment(ref held) <= MaxHeld)
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            Interlocked.Decrement(ref held);
        }
    }

    private int Forgotten(long at) => at == 0 ? 0 : (int)Math.Min(time.GetElapsedTime(at) / Decay, 1000);

    // One customer of a provider has 2^64 IPv6 addresses.
    private static IPAddress Network(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
