using System.Net;
using System.Security.Cryptography.X509Certificates;
using StackExchange.Redis;

namespace HttpSd.Redis.Connection;

/// <summary>Reads <see cref="RedisOptions.Url"/> and what belongs to it.</summary>
public static class RedisUrl
{
    private const string Setting = "Redis:Url";

    /// <summary>The client's configuration for the settings.</summary>
    /// <exception cref="FormatException">The address is neither a URL nor a configuration string.</exception>
    public static ConfigurationOptions Parse(RedisOptions settings)
    {
        var options = Parse(settings.Url);
        if (settings.User.Length > 0)
            options.User = settings.User;
        if (settings.Password.Length > 0)
            options.Password = settings.Password;
        // The client waits for the connection for messages only when it has a channel of its own.
        options.ConfigurationChannel = settings.KeyPrefix + "httpsd:client";
        if (settings.CaFile.Length > 0)
            options.TrustIssuer(settings.CaFile);
        // Read anew for every connection: the files may change.
        if (settings.CertificateFile.Length > 0)
            options.CertificateSelection += (_, _, _, _, _) => X509Certificate2.CreateFromPemFile(settings.CertificateFile, settings.KeyFile);
        return options;
    }

    /// <summary>The client's configuration for the address.</summary>
    /// <exception cref="FormatException">The address is neither a URL nor a configuration string.</exception>
    public static ConfigurationOptions Parse(string url)
    {
        var options = url.Contains("://", StringComparison.Ordinal) ? FromUri(url) : ConfigurationOptions.Parse(url);
        if (options.EndPoints.Count == 0)
            throw new FormatException(Setting + " names no host");
        options.AbortOnConnectFail = false;
        // A command that waits in a backlog answers seconds late, and may be applied after its caller gave up.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.ReconnectRetryPolicy = new ExponentialRetry(250, 2000);
        options.ConnectTimeout = 2000;
        // A key of the client's own, which is none of ours, nor allowed.
        options.TieBreaker = "";
        options.AllowAdmin = true; // CONFIG GET maxmemory-policy, once at start
        return options;
    }

    /// <summary>What is wrong with the address, without its password; null: nothing.</summary>
    internal static string? Problem(string url)
    {
        try
        {
            Parse(url);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message[(Setting.Length + 1)..];
        }
        catch (ArgumentException e)
        {
            return $"is no configuration string: {e.Message}";
        }
    }

    /// <summary>The address without user and password, for logs.</summary>
    public static string Redact(ConfigurationOptions options) =>
        string.Join(',', options.EndPoints.Select(e => e is DnsEndPoint d ? $"{d.Host}:{d.Port}" : e.ToString()));

    private static ConfigurationOptions FromUri(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme is not ("redis" or "rediss"))
            throw new FormatException(Setting + " must begin with redis:// or rediss://");
        var options = new ConfigurationOptions { Ssl = uri.Scheme == "rediss" };
        if (uri.Host.Length == 0)
            throw new FormatException(Setting + " names no host");
        if (uri.Port == 0)
            throw new FormatException(Setting + " has port 0, but a port is from 1 to 65535");
        options.EndPoints.Add(uri.Host, uri.Port > 0 ? uri.Port : 6379);
        if (uri.UserInfo.Length > 0)
        {
            var parts = uri.UserInfo.Split(':', 2);
            if (parts.Length == 2 && parts[0].Length > 0)
                options.User = Uri.UnescapeDataString(parts[0]);
            options.Password = Uri.UnescapeDataString(parts[^1]);
        }
        var database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0)
        {
            options.DefaultDatabase = int.TryParse(database, out var number)
                ? number
                : throw new FormatException(Setting + " must end in a database number, or in nothing");
        }
        return options;
    }
}
