using System.Net;
using System.Text.Json.Nodes;
using HttpSd.Operator.Runtime.Abstractions;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Events;

/// <summary>Writes one event to the API server: a new one, or the count of a known one.</summary>
internal sealed class EventWriter(IKubernetes kubernetes, EventOptions options, TimeProvider time)
{
    private const int LongestName = 253;

    private long lastName;

    /// <summary>The event as it now is.</summary>
    public async Task<KnownEvent> WriteAsync(Correlation correlation, CancellationToken cancellationToken)
    {
        if (correlation.Known is { } known)
        {
            try
            {
                return await CountAsync(known, correlation.Notice, cancellationToken);
            }
            catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
            {
                // Events live an hour; this one begins anew.
            }
        }
        return await CreateAsync(correlation.Notice, cancellationToken);
    }

    private async Task<KnownEvent> CountAsync(KnownEvent known, Notice notice, CancellationToken cancellationToken)
    {
        var patch = new JsonObject
        {
            ["count"] = known.Count + 1,
            ["lastTimestamp"] = notice.At.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            ["message"] = notice.Message,
        };
        await kubernetes.CoreV1.PatchNamespacedEventAsync(
            new V1Patch(patch.ToJsonString(), V1Patch.PatchType.MergePatch), known.Name, known.Namespace, cancellationToken: cancellationToken);
        return known with { Count = known.Count + 1 };
    }

    private async Task<KnownEvent> CreateAsync(Notice notice, CancellationToken cancellationToken)
    {
        // An event about a cluster-wide object is refused anywhere else.
        var place = string.IsNullOrEmpty(notice.About.NamespaceProperty) ? "default" : notice.About.NamespaceProperty;
        var name = NewName(notice);
        var body = new Corev1Event
        {
            Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = place },
            InvolvedObject = notice.About,
            Reason = notice.Reason,
            Message = notice.Message,
            Type = notice.Type == EventType.Warning ? "Warning" : "Normal",
            FirstTimestamp = notice.At,
            LastTimestamp = notice.At,
            Count = 1,
            Source = new V1EventSource { Component = options.Component },
            ReportingComponent = options.Component,
            ReportingInstance = options.Instance,
        };
        await kubernetes.CoreV1.CreateNamespacedEventAsync(body, place, cancellationToken: cancellationToken);
        return new KnownEvent(place, name, 1);
    }

    private string NewName(Notice notice)
    {
        lastName = Math.Max(lastName + 1, time.GetUtcNow().Ticks);
        var ending = $".{lastName:x16}";
        var start = notice.About.Name;
        return (start.Length + ending.Length > LongestName ? start[..(LongestName - ending.Length)].TrimEnd('.', '-') : start) + ending;
    }
}
