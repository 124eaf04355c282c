using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>The credentials of one setting's files, which may be swapped at any time.</summary>
internal sealed class CredentialFiles
{
    private readonly string setting;
    private readonly IReadOnlyList<string> paths;
    private readonly bool basic;
    private readonly ILogger log;
    private volatile CredentialSet current;
    private CredentialSet seen;
    private bool failing;

    /// <exception cref="OptionsValidationException">They can't be read: without them the door could only be shut for all.</exception>
    public CredentialFiles(string setting, IReadOnlyList<string> paths, bool basic, ILogger log)
    {
        (this.setting, this.paths, this.basic, this.log) = (setting, paths, basic, log);
        try
        {
            current = seen = CredentialReader.Read(paths, basic);
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            throw new OptionsValidationException(setting, typeof(AuthOptions), [$"{setting}: {e.Message}"]);
        }
    }

    public CredentialSet Current => current;

    /// <summary>Looks again. What can't be read changes nothing: the last good credentials stay.</summary>
    public void Refresh()
    {
        try
        {
            var read = CredentialReader.Read(paths, basic);
            // Twice the same: half of a file that is being written would be a shorter secret.
            if (read.IsSameAs(seen) && !read.IsSameAs(current))
            {
                current = read;
                Log.CredentialsRead(log, setting, read.Count);
            }
            seen = read;
            failing = false;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            if (!failing)
                Log.CredentialsKept(log, setting, e.Message);
            failing = true;
        }
    }

    private static bool IsUnreadable(Exception e) => e is IOException or InvalidDataException or UnauthorizedAccessException;
}
