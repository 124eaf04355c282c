using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>What a caller has shown.</summary>
internal enum Shown
{
    /// <summary>No credential.</summary>
    Missing,

    /// <summary>Something that is none, or more than one.</summary>
    Malformed,

    /// <summary>One that is not good.</summary>
    Wrong,

    /// <summary>One for lists.</summary>
    Good,

    /// <summary>One for everything.</summary>
    Privileged,
}

/// <summary>The credentials from files, and whether a header has one of them.</summary>
internal sealed class Keys
{
    private readonly AuthOptions options;

    public Keys(IOptions<AuthOptions> options, ILogger<Keys> log)
    {
        this.options = options.Value;
        var basic = this.options.Mode == AuthMode.Basic;
        Lists = this.options.Mode switch
        {
            AuthMode.Bearer => new CredentialFiles("Server:Auth:TokenFiles", this.options.TokenFiles, basic, log),
            AuthMode.Basic => new CredentialFiles("Server:Auth:BasicFiles", this.options.BasicFiles, basic, log),
            _ => null,
        };
        if (this.options.PrivilegedFiles.Count > 0)
            Privileged = new CredentialFiles("Server:Auth:PrivilegedFiles", this.options.PrivilegedFiles, basic, log);
    }

    public CredentialFiles? Lists { get; }

    public CredentialFiles? Privileged { get; }

    /// <summary>What the request shows; in mode <c>kubernetes</c> a token that is in no file is <see cref="Shown.Wrong"/>.</summary>
    public Shown Look(HttpRequest request)
    {
        var header = request.Headers.Authorization;
        if (header.Count == 0)
            return Shown.Missing;
        // Two of them: some proxy before us may have looked at the other one.
        if (header.Count > 1 || header[0] is not { Length: <= 2 * CredentialReader.MaxBytes } text)
            return Shown.Malformed;
        Span<byte> bytes = stackalloc byte[CredentialReader.MaxBytes];
        if (!AuthorizationHeader.TryRead(text, options.Mode == AuthMode.Basic, options.SchemelessToken, bytes, out var length))
            return Shown.Malformed;
        // Both are asked, whatever the first says.
        var privileged = Privileged?.Current.Contains(bytes[..length]) ?? false;
        var good = Lists?.Current.Contains(bytes[..length]) ?? false;
        return privileged ? Shown.Privileged : good ? Shown.Good : Shown.Wrong;
    }

    public void Refresh()
    {
        Lists?.Refresh();
        Privileged?.Refresh();
    }
}
