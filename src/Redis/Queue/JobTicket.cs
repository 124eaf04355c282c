using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using HttpSd.Core.Requests;

namespace HttpSd.Redis.Queue;

/// <summary>A job as it stands in the lists, for people and for older tools. Never changed once pushed.</summary>
internal sealed record JobTicket(
    [property: JsonPropertyName("schema")] int Schema,
    [property: JsonPropertyName("job_id")] string JobId,
    [property: JsonPropertyName("full_path")] string FullPath,
    [property: JsonPropertyName("path")] string Path,
    [property: JsonPropertyName("extra_args")] IReadOnlyDictionary<string, string> ExtraArgs,
    [property: JsonPropertyName("enqueued_at")] string EnqueuedAt)
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RequestKey key, DateTimeOffset now) => JsonSerializer.Serialize(
        new JobTicket(
            1,
            Guid.NewGuid().ToString("n"),
            key.FullPath,
            key.Path,
            key.Parameters.ToDictionary(p => p.Key, p => p.Value),
            now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture)),
        Json);

    /// <summary>The ticket's id; a hand-made ticket may have none.</summary>
    public static string ReadId(string ticket)
    {
        try
        {
            using var json = JsonDocument.Parse(ticket);
            return json.RootElement.TryGetProperty("job_id", out var id) && id.ValueKind == JsonValueKind.String
                ? id.GetString()!
                : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }
}
