using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace HttpSd.ServiceDefaults;

/// <summary>Addresses that a process can listen at; what the web server would refuse with a stack trace is refused by name.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListenUrlsAttribute(bool https = false) : ValidationAttribute("must be http://ADDRESS:PORT, several separated by semicolons")
{
    /// <inheritdoc />
    public override bool IsValid(object? value) => value is string urls && urls.Split(';').All(IsListenable);

    private bool IsListenable(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            return address is { PathBase: "" } && (address.Scheme == "http" || (https && address.Scheme == "https")) && (address.IsUnixPipe || address.Port is >= 0 and <= IPEndPoint.MaxPort);
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
