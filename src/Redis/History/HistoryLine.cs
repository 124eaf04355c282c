using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using HttpSd.Redis.Queue;
using StackExchange.Redis;

namespace HttpSd.Redis.History;

/// <summary>Writes a history's lines: one JSON object each, times in nanoseconds of the machine's monotonic clock.</summary>
internal sealed class HistoryLine(IBufferWriter<byte> target) : IDisposable
{
    // Every body but an empty one stands behind its tag and a line feed.
    private const byte Behind = (byte)'\n';

    private readonly Utf8JsonWriter json = new(target, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The clock that all processes of a machine share.</summary>
    public static long Now() => (long)(Stopwatch.GetTimestamp() * (Int128)1_000_000_000 / Stopwatch.Frequency);

    public void Write(CallEvent call)
    {
        json.WriteStartObject();
        json.WriteNumber("call", call.Number);
        if (call is CallBegun begun)
            Write(begun);
        else
            Write((CallEnded)call);
        End();
    }

    /// <summary>A line of a name and a number.</summary>
    public void Write(string name, long value)
    {
        json.WriteStartObject();
        json.WriteNumber(name, value);
        End();
    }

    /// <summary>Whose history this is.</summary>
    public void WriteHead(string process, int id, long at)
    {
        json.WriteStartObject();
        json.WriteString("process", process);
        json.WriteNumber("id", id);
        json.WriteNumber("at", at);
        End();
    }

    public void Dispose() => json.Dispose();

    private void End()
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        target.Write("\n"u8);
    }

    private void Write(CallBegun call)
    {
        json.WriteString("script", call.Script);
        if (call.Keys.Length > 0)
            json.WriteString("key", call.Keys[0].ToString());
        json.WriteNumber("begin", call.At);
        Write(CallShape.Of(call.Script).Arguments, call.Arguments);
    }

    private void Write(CallEnded call)
    {
        json.WriteNumber("end", call.At);
        if (call.Error is not null)
        {
            json.WriteString("error", call.Error);
            return;
        }
        json.WriteStartObject("reply");
        Write(CallShape.Of(call.Script).Reply, Values(call.Reply!));
        json.WriteEndObject();
    }

    private static RedisValue[] Values(RedisResult reply) =>
        reply.Length < 0 ? [(RedisValue)reply] : [.. ((RedisResult[])reply!).Select(r => (RedisValue)r)];

    private void Write(string[] words, RedisValue[] values)
    {
        for (var i = 0; i < words.Length && i < values.Length; i++)
        {
            var (word, value) = (words[i], values[i]);
            if (word.EndsWith('*'))
            {
                json.WriteStartArray(word[..^1]);
                foreach (var rest in values.AsSpan(i))
                    json.WriteStringValue(rest.ToString());
                json.WriteEndArray();
            }
            else if (word[0] == '#')
                WriteBody(word[1..], (byte[]?)value ?? []);
            else if (word[0] == '@')
                WriteTicket(value.ToString());
            else if (word != "-" && !value.IsNull)
                json.WriteString(word, value.ToString());
        }
    }

    private void WriteBody(string word, byte[] tagged)
    {
        if (tagged.Length == 0)
            return;
        var body = tagged.AsSpan(tagged.AsSpan().IndexOf(Behind) + 1);
        json.WriteNumber(word + "Bytes", body.Length);
        json.WriteString(word + "Sha256", Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    private void WriteTicket(string ticket)
    {
        var (id, seen) = JobTicket.Read(ticket);
        json.WriteString("job", id);
        if (seen is { } token)
            json.WriteString("seen", token.ToString(CultureInfo.InvariantCulture));
    }
}
