namespace HttpSd.Core;

/// <summary>Foreign text as it may stand in a message: bounded, on one line.</summary>
public static class Excerpt
{
    /// <summary>How many characters of a value a message shows.</summary>
    public const int MaxLength = 100;

    /// <summary>The start of <paramref name="text"/>, control characters and lone surrogates replaced.</summary>
    public static string Of(string text)
    {
        var cut = text.Length > MaxLength;
        var length = cut ? MaxLength - 1 : text.Length;
        // Never half of a pair: the excerpt ends up in JSON.
        if (cut && char.IsHighSurrogate(text[length - 1]))
            length--;

        return string.Create(length + (cut ? 1 : 0), (text, length), static (span, source) =>
        {
            for (var i = 0; i < source.length; i++)
                span[i] = Shown(source.text, i);
            if (span.Length > source.length)
                span[^1] = '…';
        });
    }

    private static char Shown(string text, int i)
    {
        var c = text[i];
        var lone = char.IsHighSurrogate(c) ? i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])
            : char.IsLowSurrogate(c) && (i == 0 || !char.IsHighSurrogate(text[i - 1]));
        return lone || char.IsControl(c) ? '\uFFFD' : c;
    }
}
