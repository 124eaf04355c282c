using System.Diagnostics;

namespace HttpSd.Worker.Tests.Agent;

/// <summary>A worker process; disposing it is <c>kill -9</c>, and its end.</summary>
internal sealed class LaunchedWorker : Process
{
    private bool ended;

    protected override void Dispose(bool disposing)
    {
        if (disposing && !ended)
        {
            ended = true;
            Kill();
            WaitForExit();
        }
        base.Dispose(disposing);
    }
}
