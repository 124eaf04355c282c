using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
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
}
