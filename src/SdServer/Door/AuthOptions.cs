using System.ComponentModel.DataAnnotations;

namespace HttpSd.SdServer.Door;

/// <summary>How a caller shows who it is.</summary>
public enum AuthMode
{
    /// <summary>Nobody is asked.</summary>
    None,

    /// <summary>By a token from a file that the server reads, too.</summary>
    Bearer,

    /// <summary>By user and password from such a file.</summary>
    Basic,

    /// <summary>By the token of a ServiceAccount, which the API server knows and whose rights it says.</summary>
    Kubernetes,
}

/// <summary>Section <c>Server:Auth</c>: who may read lists.</summary>
public sealed class AuthOptions : IValidatableObject
{
    /// <summary>How a caller shows who it is.</summary>
    public AuthMode Mode { get; set; }

    /// <summary>Files with a token a line, or folders of such files; every token counts.</summary>
    public IReadOnlyList<string> TokenFiles { get; set; } = [];

    /// <summary>Files with <c>user:password</c> a line, or folders with the files <c>username</c> and <c>password</c>.</summary>
    public IReadOnlyList<string> BasicFiles { get; set; } = [];

    /// <summary>
    /// Credentials in the mode's form that debug, reload and the page for people need when set; they open lists, too.
    /// </summary>
    public IReadOnlyList<string> PrivilegedFiles { get; set; } = [];

    /// <summary>Also takes a token without its scheme, as Prometheus before 2.48 sends one with an empty <c>type</c>.</summary>
    public bool SchemelessToken { get; set; }

    /// <summary>Asks who scrapes <c>/metrics</c>, too.</summary>
    public bool ProtectMetrics { get; set; }

    /// <summary>The audiences of which a ServiceAccount's token must name one; none: the API server's own.</summary>
    public IReadOnlyList<string> Audiences { get; set; } = [];

    /// <summary>The API server's address; none: the one that the Pod's environment names.</summary>
    [RegularExpression("(https?://[^/?#]+/?)?", ErrorMessage = "The field {0} must be https://HOST:PORT.")]
    public string ApiServer { get; set; } = "";

    /// <summary>A PEM file with the authority of the API server's certificate.</summary>
    public string ApiServerCaFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt";

    /// <summary>The file with the token that the server itself shows there; read anew for every call.</summary>
    public string ApiServerTokenFile { get; set; } = "/var/run/secrets/kubernetes.io/serviceaccount/token";

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Mode == AuthMode.Bearer && TokenFiles.Count == 0)
            yield return new ValidationResult("is empty, but Server:Auth:Mode is 'bearer'", [nameof(TokenFiles)]);
        if (Mode == AuthMode.Basic && BasicFiles.Count == 0)
            yield return new ValidationResult("is empty, but Server:Auth:Mode is 'basic'", [nameof(BasicFiles)]);
        // A credential that is set and asked for by nobody would be a door that only seems shut.
        if (Mode != AuthMode.Bearer && TokenFiles.Count > 0)
            yield return new ValidationResult("is set, but Server:Auth:Mode is not 'bearer'", [nameof(TokenFiles)]);
        if (Mode != AuthMode.Basic && BasicFiles.Count > 0)
            yield return new ValidationResult("is set, but Server:Auth:Mode is not 'basic'", [nameof(BasicFiles)]);
        if (ProtectMetrics && Mode == AuthMode.None)
            yield return new ValidationResult("is set, but Server:Auth:Mode is 'none'", [nameof(ProtectMetrics)]);
    }
}
