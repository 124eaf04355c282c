namespace HttpSd.LocalCluster.History;

/// <summary>A list that was asked for, and what came.</summary>
/// <param name="Server">Which one was asked.</param>
/// <param name="Path">The full path.</param>
/// <param name="ETag">Of the list; empty: none came.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="IsStale">It was marked as stale.</param>
internal sealed record Answer(string Server, string Path, long Begin, long End, int Status, string ETag, string Sha256, bool IsStale)
{
    public bool IsList => Status == 200;
}

/// <summary>A reload that was asked for with <c>?reload=true</c>; 200: it was confirmed.</summary>
internal sealed record Reload(string Server, string Path, long Begin, long End, int Status);

/// <summary>Something was hurt.</summary>
/// <param name="IsOfRedis">Servers may have been without it.</param>
/// <param name="LosesData">Redis lost all it had; its end is when nothing of it can answer any more.</param>
internal sealed record Fault(string Name, long Begin, long End, bool IsOfRedis, bool LosesData);

/// <summary>The full paths of the tickets that wait or run, all at one moment.</summary>
internal sealed record QueueLook(long Begin, IReadOnlyList<string> Paths);

/// <summary>A process's file.</summary>
/// <param name="Last">The time of its last line.</param>
/// <param name="EndedInOrder">Else it was killed, or goes on, and its very last calls may be missing.</param>
/// <param name="IsComplete">Nothing was lost on the way, and the file wasn't full.</param>
internal sealed record ProcessFile(string Name, long Last, bool EndedInOrder, bool IsComplete);
