using System.ComponentModel.DataAnnotations;
using HttpSd.ServiceDefaults;

namespace HttpSd.Operator;

/// <summary>Whose paths are whose.</summary>
public enum PathPolicy
{
    /// <summary>A path is what an object says: all namespaces share one room.</summary>
    Shared,

    /// <summary>Before what an object says goes its namespace, so that nobody can take another namespace's path.</summary>
    Namespaced,
}

/// <summary>Section <c>Operator</c>: which objects the operator serves and how it talks to the API server.</summary>
public sealed class OperatorOptions
{
    /// <summary>The operator's name; its lease is called <c>NAME-leader</c>.</summary>
    [Required, RegularExpression("[a-z0-9]([-a-z0-9]{0,54}[a-z0-9])?", ErrorMessage = "must be a DNS label of at most 56 characters")]
    public string Name { get; set; } = "httpsd-operator";

    /// <summary>The namespaces served; empty: all.</summary>
    [Names(MayBeEmpty = true, AreNamespaces = true)]
    public string[] Namespaces { get; set; } = [];

    /// <summary>The operator's own namespace, where its lease is; empty: the Pod's, else <c>default</c>.</summary>
    [RegularExpression("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", ErrorMessage = "must be a namespace's name: a DNS label of at most 63 characters")]
    public string OwnNamespace { get; set; } = Environment.GetEnvironmentVariable("POD_NAMESPACE") ?? "";

    /// <summary>Where health and metrics are served.</summary>
    [ListenUrls]
    public string Urls { get; set; } = "http://+:8082";

    /// <summary>Several operators may run, one works. Off: this one works, whatever others do.</summary>
    public bool LeaderElection { get; set; } = true;

    /// <summary>Objects looked after at one time.</summary>
    [Range(1, 64)]
    public int Concurrency { get; set; } = 4;

    /// <summary>Every object is looked at again after so long, and orphaned definitions are removed.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ResyncInterval { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How often the outcome of runs may be written to one object, at most.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan StatusInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often every generator's last run is looked up, in case a message was missed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan RunSweepInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether the namespace goes before every path. A change moves every object's path.</summary>
    public PathPolicy PathPolicy { get; set; } = PathPolicy.Shared;
}
