namespace HttpSd.Worker.Runner.Wire;

/// <summary>
/// What the runner asks of a warm interpreter: the script once (its text is the body), then runs. All it says
/// about a run repeats the run's token.
/// </summary>
internal sealed record InterpreterRequest(
    string Token,
    string File,
    string Directory,
    IReadOnlyDictionary<string, string> Parameters,
    bool Check,
    bool Fork,
    int MaxResultBytes);

/// <summary>What a warm interpreter says.</summary>
/// <param name="Kind">ready, unready (the run can't begin), child, result (the list is the body), error or exit.</param>
/// <param name="Token">Of the run that it is about; empty in ready.</param>
/// <param name="Pid">child: the process that does this run.</param>
/// <param name="Type">error: the exception's class.</param>
/// <param name="Message">error: what it says; unready: why.</param>
/// <param name="Traceback">error: the script's own frames.</param>
/// <param name="Status">exit: how the child ended.</param>
/// <param name="Threads">result, error: how many threads the script left behind.</param>
internal sealed record InterpreterFrame(
    string Kind,
    string Token = "",
    int Pid = 0,
    string Type = "",
    string Message = "",
    string Traceback = "",
    int Status = 0,
    int Threads = 0);
