using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using HttpSd.Core;

namespace HttpSd.Tests;

/// <summary>What docs/settings.md says of each setting, and what an option class says, in one form.</summary>
internal static partial class SettingsPage
{
    // What the page says in words, because it is another one on each machine.
    private static readonly string[] Described = ["Worker:Id"];

    public static IEnumerable<string> Read(params string[] sections) =>
        Rows(File.ReadAllLines(Path.Combine(Root(), "docs", "settings.md"))).Where(r => sections.Any(s => r.StartsWith(s + ":", StringComparison.Ordinal)));

    private static IEnumerable<string> Rows(string[] page)
    {
        var section = "";
        foreach (var line in page)
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..];
            else if (Row().Match(line) is { Success: true } row)
                yield return Row(section + ":" + row.Groups[1].Value, row.Groups[2].Value.Trim('`'), Range(row.Groups[3].Value));
        }
    }

    public static IEnumerable<string> Defaults(string section, object options) =>
        options.GetType().GetProperties().Where(p => p.CanWrite)
            .Select(p => Row(section + ":" + p.Name, Text(p.GetValue(options)), Range(p)));

    private static string Row(string name, string value, string range) =>
        (Described.Contains(name) ? name : $"{name} = {value}") + range;

    private static string Range(PropertyInfo property) => property.GetCustomAttribute<RangeAttribute>() is { } range
        ? Range(Bound(range.Minimum), Bound(range.Maximum))
        : "";

    // What is said in other words than "A to B" has no RangeAttribute.
    private static string Range(string said) =>
        Bounds().Match(said) is { Success: true } bounds ? Range(Bound(bounds.Groups[1].Value), Bound(bounds.Groups[2].Value)) : "";

    private static string Range(object from, object to) => string.Create(CultureInfo.InvariantCulture, $", {from} to {to}");

    private static object Bound(object bound)
    {
        if (bound is not string text)
            return bound is TimeSpan ? bound : Convert.ToInt64(bound, CultureInfo.InvariantCulture);
        if (GoDuration.TryParse(text, out var duration) && !text.All(char.IsAsciiDigit))
            return duration;
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.Parse(text, CultureInfo.InvariantCulture);
        var words = text.Replace(",", "", StringComparison.Ordinal).Split(' ');
        var unit = words.Length == 1 ? 0 : 1 + Array.IndexOf(["KiB", "MiB", "GiB", "TiB"], words[1]);
        return long.Parse(words[0], CultureInfo.InvariantCulture) << (10 * unit);
    }

    private static string Text(object? value) => value switch
    {
        TimeSpan duration => GoDuration.Format(duration),
        IEnumerable<string> list => list.Any() ? string.Join(',', list) : "none",
        "" => "none",
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!.ToLowerInvariant(),
    };

    [GeneratedRegex(@"^([0-9][\w,]*(?: [KMGT]iB)?) to ([0-9][\w,]*(?: [KMGT]iB)?)$")]
    private static partial Regex Bounds();

    [GeneratedRegex(@"^\| `(\w+)` \| ([^|]+?) \| (.*?) ?\|")]
    private static partial Regex Row();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "HttpSd.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
