namespace HttpSd.Operator.Runtime.Hosting;

/// <summary>How a process that lost its leadership ends: with a code of its own making, or at once.</summary>
/// <param name="Code">Sets the code for when the host has stopped.</param>
/// <param name="Now">Ends the process without waiting for anything.</param>
internal sealed record ProcessEnd(Action<int> Code, Action<int> Now)
{
    public static ProcessEnd Real { get; } = new(code => Environment.ExitCode = code, Environment.Exit);
}
