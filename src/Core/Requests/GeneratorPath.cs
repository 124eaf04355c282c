namespace HttpSd.Core.Requests;

/// <summary>What a generator's path may look like: segments of <c>[A-Za-z0-9._-]+</c> joined by slashes.</summary>
public static class GeneratorPath
{
    /// <summary>The longest path, in characters.</summary>
    public const int MaxLength = 512;

    /// <summary>What is wrong with the path, as a sentence; null when it is valid.</summary>
    public static string? Problem(string path)
    {
        if (path.Length == 0)
            return "a path is not empty";
        if (path.Length > MaxLength)
            return $"a path has at most {MaxLength} characters, this one has {path.Length}";

        foreach (var range in path.AsSpan().Split('/'))
        {
            var segment = path.AsSpan(range);
            if (segment.IsEmpty)
                return $"'{Excerpt.Of(path)}' has an empty segment: a path neither begins nor ends with '/', nor has two in a row";
            if (segment is "." or "..")
                return $"'{Excerpt.Of(path)}' has the segment '{segment}', which means another folder to every HTTP client";
            foreach (var c in segment)
                if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
                    return $"'{Excerpt.Of(path)}' has a character other than letters, digits, '.', '_', '-' and '/'";
        }

        return null;
    }
}
