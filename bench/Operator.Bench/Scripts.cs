namespace HttpSd.Operator.Bench;

internal static class Scripts
{
    public const string Trivial = "def generate_targets(**params):\n    return [{\"targets\": [\"h:1\"]}]\n";

    /// <summary>Of the length that people write: half a page.</summary>
    public static string Usual(int number) =>
        string.Concat(Enumerable.Range(0, 12).Select(i => $"# What is in rack {number}.{i} is asked of the inventory, which knows.\n"))
        + $"def generate_targets(env=\"prod\", **params):\n    return [{{\"targets\": [\"10.0.0.1:{9000 + number % 1000}\"], \"labels\": {{\"env\": env}}}}]\n";
}
