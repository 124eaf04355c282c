using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace HttpSd.SdServer.Requests;

/// <summary>The <c>wait</c> preference of RFC 7240.</summary>
internal static class PreferWait
{
    /// <summary>How long the client is willing to wait; zero when it doesn't say.</summary>
    public static TimeSpan Read(StringValues prefer)
    {
        foreach (var preference in prefer.SelectMany(line => (line ?? "").Split(',')))
        {
            var parts = preference.Split(';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts is ["wait" or "Wait", var seconds]
                && uint.TryParse(seconds.Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return TimeSpan.FromSeconds(value);
        }
        return TimeSpan.Zero;
    }
}
