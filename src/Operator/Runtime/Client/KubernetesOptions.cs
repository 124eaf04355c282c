using System.ComponentModel.DataAnnotations;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>Section <c>Kubernetes</c>: where the API server is and how patient its client is.</summary>
internal sealed class KubernetesOptions
{
    /// <summary>
    /// A kubeconfig file. Empty: the files of <c>KUBECONFIG</c>, else the Pod's service account, else
    /// <c>~/.kube/config</c>.
    /// </summary>
    public string KubeConfig { get; set; } = "";

    /// <summary>A context of the kubeconfig; empty: its current one.</summary>
    public string Context { get; set; } = "";

    /// <summary>
    /// Refuse an API server whose certificate doesn't name the host that was dialled. False only for clusters
    /// that can't be given a right certificate: whoever holds any certificate of that CA can then play the server.
    /// </summary>
    public bool CheckServerName { get; set; } = true;

    /// <summary>How long a connection may take to come about.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Silence after which a connection is asked whether it still lives. .NET looks at both limits only every
    /// quarter of the shorter one: with these a dead connection is noticed within 40 s, with client-go's 30 and 15
    /// it can take 52.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PingDelay { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How long that answer may take before the connection is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan PingTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The age after which a connection takes no new requests, so that a moved address is noticed.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan ConnectionLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long one call may take, its repetitions included. Watches have limits of their own.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How often one call is tried.</summary>
    [Range(1, 20)]
    public int MaxTries { get; set; } = 5;

    /// <summary>The longest wait between two tries; a server that asks for more has its answer passed on.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxRetryWait { get; set; } = TimeSpan.FromSeconds(10);
}
