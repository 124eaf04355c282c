namespace HttpSd.Operator.Pools;

/// <summary>Whose generators may name a pool.</summary>
/// <param name="Names">Namespaces by name.</param>
/// <param name="Selector">Those with such labels beside them; null: none are asked for by labels.</param>
internal sealed record NamespaceRule(IReadOnlyList<string> Names, IReadOnlyList<LabelCondition>? Selector)
{
    /// <summary>The pool's spec doesn't say whom.</summary>
    public bool Wrong { get; init; }

    /// <param name="ns">Of the generator.</param>
    /// <param name="labels">The namespace's; null when they can't be read: then only names count.</param>
    public bool Admits(string ns, IReadOnlyDictionary<string, string>? labels) =>
        Names.Contains(ns) || (labels is not null && Selector is not null && Selector.All(condition => condition.Holds(labels)));

    /// <summary>Who is admitted, in words, for who is not.</summary>
    public string Described(bool labelsKnown)
    {
        if (Wrong)
            return "nobody, because its spec.allowedNamespaces is wrong: its condition Ready says what";
        var named = string.Join(", ", Names.Take(5)) + (Names.Count > 5 ? $" and {Names.Count - 5} more" : "");
        var selected = Selector is null ? "" : labelsKnown ? "those with the labels of its selector" : "those of its selector, whose labels this operator may not read";
        return named.Length == 0 && selected.Length == 0 ? "nobody" : string.Join(", ", new[] { named, selected }.Where(t => t.Length > 0));
    }
}

/// <summary>One requirement of a selector.</summary>
/// <param name="Key">The label.</param>
/// <param name="Wanted">Whether it is to be there, or to have one of the values; else not.</param>
/// <param name="Values">Null: any value.</param>
internal sealed record LabelCondition(string Key, bool Wanted, IReadOnlyList<string>? Values)
{
    /// <summary>As in Kubernetes: a label that is missing is also none of the values.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> labels) =>
        (labels.TryGetValue(Key, out var value) && (Values is null || Values.Contains(value))) == Wanted;
}
