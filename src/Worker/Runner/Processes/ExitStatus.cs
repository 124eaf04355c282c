namespace HttpSd.Worker.Runner.Processes;

/// <summary>How a process ended, as <c>waitpid</c> says it.</summary>
internal readonly record struct ExitStatus(int Raw)
{
    private static readonly string[] Names =
    [
        "", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1",
        "SIGSEGV", "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP",
        "SIGTSTP", "SIGTTIN", "SIGTTOU", "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",
        "SIGPWR", "SIGSYS",
    ];

    public int Signal => Raw & 0x7f;

    public int Code => (Raw >> 8) & 0xff;

    public bool IsSuccess => Raw == 0;

    /// <summary>"exited with status 3" or "was killed by SIGSEGV".</summary>
    public override string ToString() =>
        Signal == 0 ? $"exited with status {Code}"
        : Signal < Names.Length ? $"was killed by {Names[Signal]}"
        : $"was killed by signal {Signal}";
}
