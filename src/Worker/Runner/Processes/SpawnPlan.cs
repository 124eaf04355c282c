namespace HttpSd.Worker.Runner.Processes;

/// <summary>A process to start.</summary>
/// <param name="Owner">The run or interpreter it belongs to; also in its environment as HTTPSD_RUN.</param>
/// <param name="Arguments">The first one is the program's absolute path.</param>
/// <param name="Environment">All of it: nothing is inherited.</param>
/// <param name="Descriptors">Put at 0, 1, 2 and so on; everything else is closed.</param>
/// <param name="Directory">Where it starts.</param>
/// <param name="AdoptsOrphans">Whether what is orphaned below it stays below it.</param>
internal sealed record SpawnPlan(
    string Owner,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<Descriptor> Descriptors,
    string Directory,
    bool AdoptsOrphans = false);
