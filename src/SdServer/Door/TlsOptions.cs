using System.ComponentModel.DataAnnotations;

namespace HttpSd.SdServer.Door;

/// <summary>Whether a client shows a certificate.</summary>
public enum ClientCertificates
{
    /// <summary>It isn't asked for one.</summary>
    None,

    /// <summary>If it shows one, that must be good.</summary>
    Optional,

    /// <summary>It must show a good one.</summary>
    Required,
}

/// <summary>Section <c>Server:Tls</c>: the certificates of <c>https</c> addresses. The files may change at any time.</summary>
public sealed class TlsOptions : IValidatableObject
{
    /// <summary>A PEM file with the server's certificate, then those between it and an authority.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>A PEM file with its key.</summary>
    public string KeyFile { get; set; } = "";

    /// <summary>A PEM file with the authorities of clients' certificates.</summary>
    public string ClientCaFile { get; set; } = "";

    /// <summary>Whether clients show certificates.</summary>
    public ClientCertificates ClientCertificates { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((CertificateFile.Length > 0) != (KeyFile.Length > 0))
            yield return new ValidationResult("and Server:Tls:KeyFile need each other", [nameof(CertificateFile)]);
        if ((ClientCaFile.Length > 0) != (ClientCertificates != ClientCertificates.None))
            yield return new ValidationResult("and Server:Tls:ClientCertificates need each other", [nameof(ClientCaFile)]);
        if (ClientCaFile.Length > 0 && CertificateFile.Length == 0)
            yield return new ValidationResult("needs Server:Tls:CertificateFile", [nameof(ClientCaFile)]);
    }
}
