using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace HttpSd.Cli.Embedded;

/// <summary>
/// The password of this user's embedded stores: a file in the user's cache folder, which no script can read, so
/// that whoever may debug gives it to <c>redis-cli</c> and a script can't give it to the store.
/// </summary>
internal sealed record StorePassword(string Value, string? File)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int Length = 43, MostBytes = 4096;

    /// <summary>What a person types before <c>redis-cli</c>; empty when there is no file to take it from.</summary>
    public string Shell => File is null ? "" : $"REDISCLI_AUTH=\"$(cat '{File}')\" ";

    /// <summary>
    /// The one chosen by setting, else the one in <c>$XDG_CACHE_HOME/httpsd/store-password</c> (by default
    /// <c>~/.cache</c>), which is made if it isn't there or others may read it; where no file can be had, a random
    /// one that nobody is told.
    /// </summary>
    public static StorePassword Find(string? chosen)
    {
        if (!string.IsNullOrEmpty(chosen))
            return new StorePassword(chosen, null);
        if (!OperatingSystem.IsWindows() && CacheFolder() is { } folder)
        {
            try
            {
                return Kept(Path.Combine(folder, "httpsd", "store-password"));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
            }
        }
        return new StorePassword(New(), null);
    }

    [UnsupportedOSPlatform("windows")]
    private static StorePassword Kept(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!, OwnerOnly | UnixFileMode.UserExecute);
        var there = Path.Exists(file);
        if (Read(file) is { } known)
            return new StorePassword(known, file);
        if (there)
            System.IO.File.Delete(file);
        // Whole or not at all: another process may begin in the same moment, and then the first one's counts.
        var fresh = $"{file}.{Guid.NewGuid():N}";
        using (var writer = new StreamWriter(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            writer.WriteLine(New());
        try
        {
            System.IO.File.Move(fresh, file);
        }
        catch (IOException) when (Path.Exists(file))
        {
            System.IO.File.Delete(fresh);
        }
        return new StorePassword(Read(file) ?? throw new IOException($"{file} has no password"), file);
    }

    [UnsupportedOSPlatform("windows")]
    private static string? Read(string file)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.LinkTarget is not null || info.Length > MostBytes || (info.UnixFileMode & ~OwnerOnly) != 0)
            return null;
        var text = System.IO.File.ReadAllText(file).Trim();
        return text.Length >= Length && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? text : null;
    }

    private static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string? CacheFolder()
    {
        if (Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache)
            return cache;
        return Environment.GetEnvironmentVariable("HOME") is { Length: > 0 } home ? Path.Combine(home, ".cache") : null;
    }
}
