using HttpSd.Redis.Queue;

namespace HttpSd.Worker.Agent;

/// <summary>
/// Keeps one generator with many slow parameter sets from all of a worker's slots. Each worker looks at its own
/// slots alone: a count shared in Redis would have to be mended after every kind of fault.
/// </summary>
internal static class SlotShare
{
    /// <summary>
    /// Who lets the others pass at the next claim. It is one at most: while a slot is free, two generators can't
    /// both hold half of them.
    /// </summary>
    /// <param name="held">The full paths of the runs that hold a slot.</param>
    /// <param name="slots">All slots of the worker; a single one has nothing to share.</param>
    public static CrowdingGenerator? Decide(IEnumerable<string> held, int slots)
    {
        if (slots < 2)
            return null;
        var largest = held.CountBy(Generator).DefaultIfEmpty().MaxBy(generator => generator.Value);
        return largest.Value >= (slots + 1) / 2
            ? new CrowdingGenerator(largest.Key, MayHaveMore: largest.Value < slots - 1)
            : null;
    }

    /// <summary>The generator that a full path belongs to: the path without its parameters.</summary>
    public static string Generator(string fullPath)
    {
        var mark = fullPath.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? fullPath : fullPath[..mark];
    }
}
