using System.Text;

namespace HttpSd.Worker.Runtimes;

/// <summary>The programs in other languages that are part of this one.</summary>
internal static class Resources
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Resources).Assembly.GetManifestResourceStream(name)!;
        var source = new byte[stream.Length];
        stream.ReadExactly(source);
        return source;
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}
