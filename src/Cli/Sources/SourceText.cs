using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using HttpSd.Core;
using Microsoft.Win32.SafeHandles;

namespace HttpSd.Cli.Sources;

/// <summary>Reads files whole and no further than their limit.</summary>
internal static partial class SourceText
{
    public const int MaxManifest = 1024 * 1024;

    private const int CloseOnExec = 0x80000, NonBlocking = 0x800;

    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>The bytes, or a sentence.</summary>
    public static (byte[]? Bytes, string? Problem) Read(string file, int limit)
    {
        try
        {
            using var stream = Open(file);
            // A pipe or a device would never end.
            if (!stream.CanSeek)
                return (null, "is not a plain file");
            if (stream.Length > limit)
                return (null, TooLarge(stream.Length, limit));
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return (bytes, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"can't be read: {Excerpt.Of(e.Message)}");
        }
    }

    // Opening a pipe waits for who writes to it, unless asked not to; errors are said in the framework's words.
    private static FileStream Open(string file)
    {
        var descriptor = open(file, NonBlocking | CloseOnExec);
        return descriptor >= 0
            ? new FileStream(new SafeFileHandle(descriptor, ownsHandle: true), FileAccess.Read)
            : new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    public static string TooLarge(long bytes, int limit) =>
        string.Create(CultureInfo.InvariantCulture, $"has {bytes:N0} bytes, at most {limit:N0} are read");

    /// <summary>The text without its byte order mark, or a sentence.</summary>
    public static (string? Text, string? Problem) Decode(byte[] bytes)
    {
        try
        {
            var text = Strict.GetString(bytes);
            return (text.StartsWith('\uFEFF') ? text[1..] : text, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, "is not UTF-8 text");
        }
    }

    /// <summary>The same of a Python file, whose first or second line may name another encoding (PEP 263).</summary>
    public static (string? Text, string? Problem) DecodePython(byte[] bytes)
    {
        // All the encodings a Python file may have are ASCII in such a line.
        var head = Encoding.Latin1.GetString(bytes, 0, Math.Min(bytes.Length, 1000));
        var named = CodingLine().Match(head);
        if (bytes is [0xEF, 0xBB, 0xBF, ..] || !named.Success)
            return Decode(bytes);
        var name = named.Groups["name"].Value;
        var normal = name.ToLowerInvariant().Replace('_', '-');
        if (normal is "utf8" or "utf-8" || normal.StartsWith("utf-8-", StringComparison.Ordinal))
            return Decode(bytes);
        try
        {
            return (Find(normal).GetString(bytes), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, $"is not {name} text");
        }
        catch (ArgumentException)
        {
            return (null, $"names an encoding that is not known: {name}");
        }
    }

    private static Encoding Find(string name)
    {
        var registered = name switch
        {
            "latin-1" or "latin1" or "l1" or "iso8859-1" => "iso-8859-1",
            "ascii" => "us-ascii",
            _ when name.StartsWith("cp125", StringComparison.Ordinal) => "windows-" + name[2..],
            _ when name.StartsWith("iso8859-", StringComparison.Ordinal) => "iso-" + name[3..],
            _ => name,
        };
        return CodePagesEncodingProvider.Instance.GetEncoding(registered, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)
            ?? Encoding.GetEncoding(registered, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
    }

    [GeneratedRegex(@"\A(?:[ \t\f]*(?:\#[^\r\n]*)?\r?\n)??[ \t\f]*\#[^\r\n]*?coding[:=][ \t]*(?<name>[-_.a-zA-Z0-9]+)")]
    private static partial Regex CodingLine();
}
