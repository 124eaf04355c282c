using System.Security.Cryptography;
using System.Text;
using HttpSd.Core.Requests;
using HttpSd.Redis.Definitions;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Reload;

/// <summary>What a reload did.</summary>
internal sealed record ReloadResult(string Message, bool Result, bool Error);

/// <summary>
/// A reload comes by GET, and whatever repeats one (a browser, a proxy, a scrape configuration) would clear the
/// list again and again: within the interval the first one's answer stands for the further ones.
/// </summary>
internal sealed class ReloadLimit(IOptions<ServerOptions> options, TimeProvider time)
{
    private const int MaxRemembered = 10_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (Task<ReloadResult> Result, long At)> reloads = new(StringComparer.Ordinal);

    /// <summary>Reloads these, or says what the last reload of the same ones did.</summary>
    public async Task<ReloadResult> OnceAsync(
        IReadOnlyList<(PublishedDefinition Generator, RequestKey Key)> keys, Func<Task<ReloadResult>> reload)
    {
        if (options.Value.ReloadInterval == TimeSpan.Zero)
            return await reload();
        var name = NameOf(keys);
        Task<ReloadResult> result;
        lock (gate)
        {
            if (reloads.TryGetValue(name, out var last) && time.GetElapsedTime(last.At) < options.Value.ReloadInterval
                && !last.Result.IsFaulted)
            {
                result = last.Result;
            }
            else
            {
                if (reloads.Count >= MaxRemembered)
                    OldestEntries.Drop(reloads, MaxRemembered, r => r.At);
                result = reload();
                reloads[name] = (result, time.GetTimestamp());
            }
        }
        return await result;
    }

    // With the revision: a definition that was changed since is another thing to reload.
    private static string NameOf(IReadOnlyList<(PublishedDefinition Generator, RequestKey Key)> keys)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (generator, key) in keys)
            hash.AppendData(Encoding.UTF8.GetBytes($"{generator.Revision} {key.FullPath}\n"));
        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
