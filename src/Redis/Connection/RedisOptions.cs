using System.ComponentModel.DataAnnotations;

namespace HttpSd.Redis.Connection;

/// <summary>Section <c>Redis</c>: how to reach the store.</summary>
public sealed class RedisOptions : IValidatableObject
{
    /// <summary>
    /// <c>redis://[user:password@]host[:port][/db]</c>, <c>rediss://</c> for TLS, or a StackExchange.Redis
    /// configuration string, which can also name Sentinels (<c>serviceName=</c>) and cluster nodes.
    /// </summary>
    [Required]
    public string Url { get; set; } = "redis://127.0.0.1:6379";

    /// <summary>The user; empty: the one in the address, else the default user.</summary>
    public string User { get; set; } = "";

    /// <summary>The password, as it is; empty: the one in the address, where it must be percent-encoded, or none.</summary>
    public string Password { get; set; } = "";

    /// <summary>A PEM file with the authority of the server's certificate; empty: the system's authorities.</summary>
    public string CaFile { get; set; } = "";

    /// <summary>A PEM file with the certificate that is shown to the server; empty: none.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>A PEM file with its key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>Goes before every key, for sharing a Redis. No braces.</summary>
    [RegularExpression("[^{}]{0,64}", ErrorMessage = "The field {0} must have at most 64 characters and no braces.")]
    public string KeyPrefix { get; set; } = "";

    /// <summary>How long one command may take before the store counts as unavailable.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:00:30")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For finding faults: an existing folder in which the process keeps a file of what it asked of Redis, without
    /// bodies, scripts and errors; at most 256 MiB. Empty: none is kept.
    /// </summary>
    public string HistoryFolder { get; set; } = "";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, file) in new[] { (nameof(CaFile), CaFile), (nameof(CertificateFile), CertificateFile), (nameof(KeyFile), KeyFile) })
        {
            if (file.Length > 0 && !File.Exists(file))
                yield return new ValidationResult($"is '{file}', but there is no such file", [name]);
        }
        if ((CertificateFile.Length > 0) != (KeyFile.Length > 0))
            yield return new ValidationResult("and Redis:KeyFile need each other", [nameof(CertificateFile)]);
        if (HistoryFolder.Length > 0 && !Directory.Exists(HistoryFolder))
            yield return new ValidationResult($"is '{HistoryFolder}', but there is no such folder", [nameof(HistoryFolder)]);
        if (Url.Length > 0 && RedisUrl.Problem(Url) is { } problem)
            yield return new ValidationResult(problem, [nameof(Url)]);
    }
}
