using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace HttpSd.Core.Targets;

/// <summary>What is wrong with a text before it is even JSON, and where: lines and columns count from 1.</summary>
internal static class JsonText
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Null when the text is UTF-8 without a byte order mark and has something in it.</summary>
    public static ListProblem? Problem(ReadOnlySpan<byte> json)
    {
        if (json.StartsWith(ByteOrderMark))
            return new ListProblem("", "line 1, column 1: a UTF-8 byte order mark, which Prometheus does not take");
        if (!Utf8.IsValid(json))
            return InvalidUtf8(json);
        return json.IndexOfAnyExcept(" \t\r\n"u8) < 0
            ? new ListProblem("", "the result is empty, an array of target groups is expected")
            : null;
    }

    /// <summary>The parser's own complaint, in the project's words and with the place as editors count it.</summary>
    public static ListProblem Explain(ReadOnlySpan<byte> json, JsonException e)
    {
        var offset = LineStart(json, (int)(e.LineNumber ?? 0)) + (int)(e.BytePositionInLine ?? 0);
        offset = Math.Clamp(offset, 0, json.Length);
        var rest = json[offset..];
        foreach (var word in (ReadOnlySpan<string>)["NaN", "Infinity"])
            if (rest.StartsWith(Encoding.UTF8.GetBytes(word)))
                return new ListProblem("", $"{Place(json, offset)}: {word} is not JSON");

        // The rest of the message repeats the place, counted from 0.
        var end = e.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        var sentence = (end < 0 ? e.Message : e.Message[..end]).TrimEnd('.');
        return new ListProblem("", $"{Place(json, offset)}: not valid JSON: {sentence}");
    }

    private static ListProblem InvalidUtf8(ReadOnlySpan<byte> json)
    {
        var offset = 0;
        while (Rune.DecodeFromUtf8(json[offset..], out _, out var length) == System.Buffers.OperationStatus.Done)
            offset += length;
        return new ListProblem("", $"{Place(json, offset)}: the byte 0x{json[offset]:X2} is not valid UTF-8 there");
    }

    private static string Place(ReadOnlySpan<byte> json, int offset)
    {
        var before = json[..offset];
        var line = before.Count((byte)'\n') + 1;
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        return $"line {line}, column {column}";
    }

    private static int LineStart(ReadOnlySpan<byte> json, int line)
    {
        var start = 0;
        for (; line > 0; line--)
        {
            var feed = json[start..].IndexOf((byte)'\n');
            if (feed < 0)
                break;
            start += feed + 1;
        }

        return start;
    }
}
