using System.Globalization;
using System.Text;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Which objects of a type are wanted.</summary>
/// <param name="Namespace">Null for all namespaces: that takes a ClusterRole.</param>
/// <param name="LabelSelector">As kubectl's <c>-l</c>.</param>
/// <param name="FieldSelector">As kubectl's <c>--field-selector</c>.</param>
internal sealed record WatchScope(string? Namespace = null, string? LabelSelector = null, string? FieldSelector = null)
{
    public string ListQuery(EntityResource resource, int? limit, string? next)
    {
        var query = Start(resource);
        if (limit is not null)
            Add(query, "limit", limit.Value.ToString(CultureInfo.InvariantCulture));
        Add(query, "continue", next);
        return query.ToString();
    }

    public string WatchQuery(EntityResource resource, string version, TimeSpan life)
    {
        var query = Start(resource);
        Add(query, "watch", "1");
        Add(query, "allowWatchBookmarks", "true");
        Add(query, "resourceVersion", version);
        Add(query, "timeoutSeconds", Math.Max(1, (int)life.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        return query.ToString();
    }

    private StringBuilder Start(EntityResource resource)
    {
        var query = new StringBuilder(resource.Path(Namespace)).Append('?');
        Add(query, "labelSelector", LabelSelector);
        Add(query, "fieldSelector", FieldSelector);
        return query;
    }

    private static void Add(StringBuilder query, string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        if (query[^1] != '?')
            query.Append('&');
        query.Append(name).Append('=').Append(Uri.EscapeDataString(value));
    }
}
