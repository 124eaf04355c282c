using System.Text.Json;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>The parts of a <c>v1.Status</c> that decide; read leniently, since proxies answer in its place.</summary>
internal sealed record ServerStatus(int Code, string Reason, string Message, bool TooLarge)
{
    private static readonly ServerStatus Unknown = new(0, "", "", false);

    /// <summary>Reads a body. Text, another JSON or a cut one says nothing; the code of the answer must do then.</summary>
    public static ServerStatus Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return Read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return Unknown;
        }
    }

    public static ServerStatus Read(JsonElement status)
    {
        var code = status.ValueKind == JsonValueKind.Object && status.TryGetProperty("code", out var c)
            && c.ValueKind == JsonValueKind.Number && c.TryGetInt32(out var n) ? n : 0;
        return new ServerStatus(code, Text(status, "reason"), Text(status, "message"), CausedByTooLarge(status));
    }

    /// <summary>What a code and a reason mean; the reason knows better than the code.</summary>
    public Fault Meaning => this switch
    {
        { TooLarge: true } => Fault.TooLarge,
        { Reason: "Expired" or "Gone" } or { Code: 410 } => Fault.Expired,
        { Code: 429 } => Fault.Throttled,
        { Code: 401 } => Fault.Unauthorized,
        { Code: 403 } => Fault.Forbidden,
        { Code: 404 } => Fault.NotFound,
        { Code: >= 500 } => Fault.Unavailable,
        _ => Fault.Rejected,
    };

    private static string Text(JsonElement status, string name)
    {
        if (status.ValueKind != JsonValueKind.Object || !status.TryGetProperty(name, out var text) || text.ValueKind != JsonValueKind.String)
            return "";
        try
        {
            return text.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON, but no text.
            return "";
        }
    }

    private static bool CausedByTooLarge(JsonElement status) =>
        status.ValueKind == JsonValueKind.Object
        && status.TryGetProperty("details", out var details) && details.ValueKind == JsonValueKind.Object
        && details.TryGetProperty("causes", out var causes) && causes.ValueKind == JsonValueKind.Array
        && causes.EnumerateArray().Any(c => Text(c, "reason") == "ResourceVersionTooLarge");
}
