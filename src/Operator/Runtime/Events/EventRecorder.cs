using System.Net;
using System.Threading.Channels;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.LeaderElection;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Events;

/// <summary>
/// Takes notices without making anybody wait and writes them one after another. What can't be written in time is
/// dropped: an event is a courtesy, never a reason to fail.
/// </summary>
internal sealed partial class EventRecorder(
    EventWriter writer, ILeaderElection leadership, EventOptions options, EventMetrics metrics, TimeProvider time, ILogger<EventRecorder> log)
{
    private readonly Channel<Notice> queue = Channel.CreateBounded<Notice>(options.QueueLength);
    private readonly Correlator correlator = new(options, time);
    private readonly TaskCompletionSource flushing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool toldForbidden;

    /// <summary>The <see cref="EventPublisher"/> of the process.</summary>
    public Task PublishAsync(
        IKubernetesObject<V1ObjectMeta> entity,
        string reason,
        string message,
        EventType type = EventType.Normal,
        CancellationToken cancellationToken = default)
    {
        if (!queue.Writer.TryWrite(Notice.Of(entity, reason, message, type, WholeSeconds(time.GetUtcNow().UtcDateTime))))
            metrics.Dropped();
        return Task.CompletedTask;
    }

    /// <summary>Writes until <see cref="Flush"/> and the last notice after it, or until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var notice in queue.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await TellAsync(notice, cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // One odd notice must not silence all that follow.
                    metrics.Dropped();
                    Log.GivenUp(log, notice.Reason, notice.About.Name, e.Message);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Takes no more and ends <see cref="RunAsync"/> after what is there; nothing is tried twice.</summary>
    public void Flush()
    {
        flushing.TrySetResult();
        queue.Writer.TryComplete();
    }

    private async Task TellAsync(Notice notice, CancellationToken cancellationToken)
    {
        if (correlator.Place(notice) is not { } correlation)
        {
            metrics.Dropped();
            return;
        }
        for (var tries = 1; leadership.IsLeader; tries++)
        {
            try
            {
                correlator.Wrote(correlation.Key, await writer.WriteAsync(correlation, cancellationToken));
                metrics.Written();
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                if (e is HttpOperationException { Response.StatusCode: HttpStatusCode.Forbidden } && !toldForbidden)
                {
                    toldForbidden = true;
                    Log.Forbidden(log, Refusal.Describe(e));
                }
                if (IsFinal(e) || tries >= options.Tries || flushing.Task.IsCompleted)
                {
                    Log.GivenUp(log, notice.Reason, notice.About.Name, e.Message);
                    break;
                }
            }
            await Task.WhenAny(Task.Delay(options.RetryPause, time, cancellationToken), flushing.Task);
            cancellationToken.ThrowIfCancellationRequested();
        }
        correlator.Gone(correlation.Key);
        metrics.Dropped();
    }

    // The server understood and refused, as in a namespace that is being deleted; only 429 asks for another try.
    private static bool IsFinal(Exception error) =>
        error is HttpOperationException { Response.StatusCode: >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.TooManyRequests };

    private static DateTime WholeSeconds(DateTime at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Events can't be written, and this is said once: {Error}")]
        public static partial void Forbidden(ILogger logger, string error);

        [LoggerMessage(Level = LogLevel.Debug, Message = "The event {Reason} about {Name} was given up: {Error}")]
        public static partial void GivenUp(ILogger logger, string reason, string name, string error);
    }
}
