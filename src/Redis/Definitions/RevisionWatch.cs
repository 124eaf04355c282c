namespace HttpSd.Redis.Definitions;

/// <summary>
/// The highest revision of the set that this process has seen. A store that says a lower one has come back with an
/// older state, from a snapshot or from a replica that lagged: its epoch is the same, and changes are missing.
/// </summary>
internal sealed class RevisionWatch
{
    private long highest;
    private volatile bool behind;

    /// <summary>To be read before a command is sent: answers may overtake each other.</summary>
    public long Seen => Interlocked.Read(ref highest);

    /// <summary>Whether the store has been older than what was seen before, also when it has been written to since.</summary>
    public bool IsBehind(long stored, long seen) => behind || stored < seen;

    /// <summary>Takes what a write came to.</summary>
    public DefinitionWrite Note(DefinitionWrite write, long seen)
    {
        if (write.Before < seen)
            behind = true;
        var latest = Math.Max(write.Revision, write.Before);
        for (var known = Seen; known < latest;)
        {
            var met = Interlocked.CompareExchange(ref highest, latest, known);
            known = met == known ? latest : met;
        }
        return write;
    }

    /// <summary>Begins anew: everything is compared with what is stored at this revision.</summary>
    public void Reset(long stored)
    {
        Interlocked.Exchange(ref highest, stored);
        behind = false;
    }
}
