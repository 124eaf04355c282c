using System.Globalization;
using System.Text.Json;
using HttpSd.Core.Freshness;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Queue;

namespace HttpSd.SdServer.Debug;

/// <summary>Writes what <c>?debug=true</c> shows; names and sentences are the contract's.</summary>
internal static class DebugJson
{
    /// <summary>One generator's document.</summary>
    public static void Write(Utf8JsonWriter json, DebugState state)
    {
        json.WriteStartObject();
        if (state.KnowsSomething)
            WriteKnown(json, state);
        else if (state.Job is { Running: true })
            WriteProcessing(json);
        else
            WriteNothing(json, state.RequestedPath);
        json.WriteEndObject();
    }

    private static void WriteKnown(Utf8JsonWriter json, DebugState state)
    {
        json.WriteString("requested_path", state.RequestedPath);
        json.WriteStartObject("debug_info");
        if (state is { Entry.Result: { } result, Body: { } body })
            WriteResult(json, state, result, body);
        if (state.Entry.Error is { } error)
            WriteError(json, state, error);
        if (state.Job is { } job)
            WriteJob(json, job);
        json.WriteEndObject();
    }

    private static void WriteProcessing(Utf8JsonWriter json)
    {
        json.WriteString("status", "processing");
        json.WriteString("message", "Job is currently being processed by a worker. Please wait a moment and try again.");
        json.WriteString("suggestion", "Wait a few seconds and retry with ?debug=true");
    }

    private static void WriteNothing(Utf8JsonWriter json, string requestedPath)
    {
        json.WriteString("requested_path", requestedPath);
        json.WriteString("status", "no_debug_info");
        json.WriteString("message", "No error information available yet. Please trigger job processing first.");
        json.WriteString("suggestion", "Try the request without ?debug=true first to trigger job processing, then retry with ?debug=true");
    }

    private static void WriteResult(Utf8JsonWriter json, DebugState state, CachedResult result, ReadOnlyMemory<byte> body)
    {
        var age = Math.Max(0, (state.Entry.Now - result.Times.UpdatedAt).TotalSeconds);
        json.WriteStartObject("normal_cache");
        json.WriteString("status", "success");
        json.WriteString("updated_timestamp", Timestamp(result.Times.UpdatedAt));
        json.WritePropertyName("results");
        json.WriteRawValue(body.Span, skipInputValidation: true);
        json.WriteString("cache_age_seconds", age.ToString("0.0", CultureInfo.InvariantCulture) + "s ago");
        json.WriteBoolean("expired", state.State == CacheState.Expired);
        if (result.Warnings.Count > 0)
        {
            json.WriteStartArray("warnings");
            foreach (var warning in result.Warnings)
                json.WriteStringValue(warning);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void WriteError(Utf8JsonWriter json, DebugState state, CachedError error)
    {
        json.WriteStartObject("error_details");
        json.WriteString("timestamp", Timestamp(error.At));
        json.WriteString("timestamp_human", error.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        json.WriteString("error_type", error.Type);
        json.WriteString("error_message", error.Message);
        json.WriteString("full_path", state.RequestedPath);
        json.WriteString("traceback", error.Traceback);
        json.WriteString("worker_id", error.WorkerId);
        json.WriteString("job_id", error.JobId);
        json.WriteNumber("processing_time", Math.Round(error.Took.TotalSeconds, 3));
        if (state.Entry.NextRetry is { } next)
            json.WriteString("next_retry", Timestamp(next));
        else
            json.WriteNull("next_retry");
        json.WriteEndObject();
    }

    private static void WriteJob(Utf8JsonWriter json, JobState job)
    {
        json.WriteStartObject("job");
        json.WriteString("state", job.Running ? "running" : "queued");
        json.WriteString("since", Timestamp(job.Since));
        if (job.Position is { } position)
            json.WriteNumber("position", position);
        if (job.WorkerId is { } worker)
            json.WriteString("worker_id", worker);
        json.WriteEndObject();
    }

    private static string Timestamp(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", CultureInfo.InvariantCulture);
}
