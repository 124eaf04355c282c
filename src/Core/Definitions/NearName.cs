namespace HttpSd.Core.Definitions;

/// <summary>Finds the name that was probably meant.</summary>
internal static class NearName
{
    /// <summary><c>, did you mean 'timeout'?</c> when one of the names is near, else nothing.</summary>
    public static string Hint(string written, IEnumerable<string> names)
    {
        // Distance is quadratic, and no field has a name that long.
        if (written.Length > 40)
            return "";
        var best = names.Select(name => (Name: name, Distance: Distance(written, name))).MinBy(pair => pair.Distance);
        return best.Name is not null && best.Distance <= Math.Max(1, best.Name.Length / 3)
            ? $", did you mean '{best.Name}'?"
            : "";
    }

    private static int Distance(string written, string name)
    {
        var (a, b) = (written.ToLowerInvariant(), name.ToLowerInvariant());
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
