using System.Net;

namespace HttpSd.SdServer;

/// <summary>What the server says.</summary>
internal static partial class Log
{
    [LoggerMessage(LogLevel.Information, "{Setting}: {Count} credentials are good now")]
    public static partial void CredentialsRead(ILogger log, string setting, int count);

    [LoggerMessage(LogLevel.Warning, "{Setting}: the last good credentials stay: {Problem}")]
    public static partial void CredentialsKept(ILogger log, string setting, string problem);

    [LoggerMessage(LogLevel.Information, "{Setting}: a new certificate is shown now, valid until {Until:u}")]
    public static partial void CertificateRead(ILogger log, string setting, DateTime until);

    [LoggerMessage(LogLevel.Warning, "{Setting}: the last good certificate stays: {Problem}")]
    public static partial void CertificateKept(ILogger log, string setting, string problem);

    [LoggerMessage(LogLevel.Warning, "Not let in: {Address} to {Path}: {Reason}; {Others} others since the last line")]
    public static partial void Refused(ILogger log, IPAddress? address, string path, string reason, long others);

    [LoggerMessage(LogLevel.Warning, "The API server says nothing of rights: {Problem}")]
    public static partial void ReviewFailed(ILogger log, string problem);
}
