using System.Text;

namespace HttpSd.SdServer.Door;

/// <summary>Reads credentials from files, or from folders as a Secret is mounted.</summary>
internal static class CredentialReader
{
    private const int MaxFileBytes = 1 << 20;
    private const int MaxCount = 1000;

    /// <summary>The longest credential, in bytes; also what is looked at of a caller's.</summary>
    public const int MaxBytes = 8192;

    /// <summary>All credentials of all files.</summary>
    /// <exception cref="InvalidDataException">A file is empty, too large or not in the form.</exception>
    /// <exception cref="IOException">A file can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    public static CredentialSet Read(IReadOnlyList<string> paths, bool basic)
    {
        var found = new List<byte[]>();
        foreach (var path in paths)
        {
            var before = found.Count;
            if (!Directory.Exists(path))
                found.AddRange(Lines(path, basic));
            else if (basic && File.Exists(Path.Combine(path, "username")))
                found.Add(Pair(path));
            else
                found.AddRange(FilesOf(path).SelectMany(f => Lines(f, basic)));
            if (found.Count == before)
                throw new InvalidDataException($"{path} has no credential");
            if (found.Count > MaxCount)
                throw new InvalidDataException($"there are more than {MaxCount} credentials");
        }
        return new CredentialSet(found);
    }

    // A Secret's folder has its versions in "..2024_01_01" and a link "..data".
    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.EnumerateFiles(folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal);

    private static byte[] Pair(string folder)
    {
        var user = Text(Path.Combine(folder, "username")).TrimEnd('\r', '\n');
        var password = Text(Path.Combine(folder, "password")).TrimEnd('\r', '\n');
        return Checked(folder, $"{user}:{password}", basic: true);
    }

    private static IEnumerable<byte[]> Lines(string file, bool basic) =>
        Text(file).Split('\n').Select(l => basic ? l.TrimEnd('\r') : l.Trim()).Where(l => l.Length > 0).Select(l => Checked(file, l, basic));

    // Messages name the file, never what is in it.
    private static byte[] Checked(string source, string credential, bool basic)
    {
        var bytes = Encoding.UTF8.GetBytes(credential);
        if (bytes.Length > MaxBytes)
            throw new InvalidDataException($"a credential in {source} is longer than {MaxBytes} bytes");
        if (basic && credential.IndexOf(':', StringComparison.Ordinal) <= 0)
            throw new InvalidDataException($"a line in {source} is not user:password");
        if (basic && credential.EndsWith(':'))
            throw new InvalidDataException($"a password in {source} is empty");
        if (basic ? credential.Any(char.IsControl) : credential.Any(c => c is <= ' ' or > '~'))
            throw new InvalidDataException($"a credential in {source} has a character that none can have");
        return bytes;
    }

    private static string Text(string file)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[MaxFileBytes + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= MaxFileBytes
            ? Encoding.UTF8.GetString(buffer, 0, length)
            : throw new InvalidDataException($"{file} is larger than {MaxFileBytes} bytes");
    }
}
