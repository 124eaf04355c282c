using System.Globalization;
using System.Text;

namespace HttpSd.Core;

/// <summary>
/// Foreign text as a person may be shown it: what would break the line, steer the terminal or turn the reading
/// direction is written out (<c>\n</c>, <c>\x1b</c>, <c>\u202e</c>).
/// </summary>
public static class VisibleText
{
    /// <summary>On one line.</summary>
    public static string Of(string text) => Write(text, keepLines: false);

    /// <summary>With its line feeds and tabs, for a traceback.</summary>
    public static string Lines(string text) => Write(text, keepLines: true);

    private static string Write(string text, bool keepLines)
    {
        var first = 0;
        while (first < text.Length && !IsHidden(text, first, keepLines))
            first++;
        if (first == text.Length)
            return text;

        var shown = new StringBuilder(text, 0, first, text.Length + 16);
        for (var i = first; i < text.Length; i++)
        {
            if (!IsHidden(text, i, keepLines))
                shown.Append(text[i]);
            else if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                shown.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(text[i], text[++i]):x8}");
            else
                shown.Append(Escape(text[i]));
        }
        return shown.ToString();
    }

    // Half of a pair is category Cs: it is no character at all.
    private static bool IsHidden(string text, int i, bool keepLines) =>
        !(keepLines && text[i] is '\n' or '\t')
        && !(i > 0 && char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
        && CharUnicodeInfo.GetUnicodeCategory(text, i)
            is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;

    private static string Escape(char c) => c switch
    {
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        < '\u0100' => string.Create(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    };
}
