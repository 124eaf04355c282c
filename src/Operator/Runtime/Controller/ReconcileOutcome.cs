using System.Net;
using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Controller;

internal enum OutcomeKind
{
    /// <summary>Done until something changes.</summary>
    Success,

    /// <summary>Done; look again at a set time.</summary>
    SuccessThenLater,

    /// <summary>Failed; try again with backoff.</summary>
    Failure,

    /// <summary>Failed; try again at a set time.</summary>
    FailureThenLater,

    /// <summary>Somebody else wrote first: look again, with what they wrote.</summary>
    Conflict,

    /// <summary>Took too long; try again with backoff.</summary>
    Timeout,

    /// <summary>Failed, and trying again can't help before something changes.</summary>
    Terminal,

    /// <summary>The process stops; the next leader takes over.</summary>
    Cancelled,
}

/// <summary>What came of one reconcile, and so what is next.</summary>
internal sealed record ReconcileOutcome(OutcomeKind Kind, TimeSpan Later = default, string? Message = null, Exception? Error = null)
{
    public static ReconcileOutcome Success { get; } = new(OutcomeKind.Success);

    public static ReconcileOutcome Cancelled { get; } = new(OutcomeKind.Cancelled);

    /// <summary>The metrics' word; only the four that every controller runtime has.</summary>
    public string Result => Kind switch
    {
        OutcomeKind.Success => "success",
        OutcomeKind.SuccessThenLater => "requeue_after",
        OutcomeKind.Conflict => "requeue",
        _ => "error",
    };

    /// <summary>
    /// The error when it tells of a fault in the code: one of the language's own exceptions. The world's have
    /// their own types, but for the three left out.
    /// </summary>
    public Exception? Fault =>
        Error is SystemException and not (IOException or TimeoutException or OperationCanceledException) ? Error : null;

    public static ReconcileOutcome Of<TEntity>(ReconciliationResult<TEntity> result)
        where TEntity : IKubernetesObject<V1ObjectMeta> => result switch
        {
            { IsSuccess: true, RequeueAfter: { } after } => new(OutcomeKind.SuccessThenLater, after),
            { IsSuccess: true } => Success,
            { Error: { } error } when IsConflict(error) => new(OutcomeKind.Conflict, Error: error),
            { Error: TerminalException error } => new(OutcomeKind.Terminal, default, result.ErrorMessage, error),
            { RequeueAfter: { } after } => new(OutcomeKind.FailureThenLater, after, result.ErrorMessage, result.Error),
            _ => new(OutcomeKind.Failure, default, result.ErrorMessage, result.Error),
        };

    public static ReconcileOutcome Of(Exception error) => error switch
    {
        _ when IsConflict(error) => new(OutcomeKind.Conflict, Error: error),
        TerminalException => new(OutcomeKind.Terminal, default, error.Message, error),
        _ => new(OutcomeKind.Failure, default, Refusal.Describe(error), error),
    };

    private static bool IsConflict(Exception error) => error
        is WriteConflictException
        or HttpOperationException { Response.StatusCode: HttpStatusCode.Conflict };
}

/// <summary>Our write met a newer object: the reconcile starts over from that. Not an error.</summary>
internal sealed class WriteConflictException() : Exception("the object was changed by somebody else meanwhile");

/// <summary>Nothing but a change of the object can help.</summary>
internal sealed class TerminalException(string message) : Exception(message);
