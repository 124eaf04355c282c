using System.Diagnostics;
using System.Net.Sockets;

namespace HttpSd.Bench.Serving;

/// <summary>
/// Connections that are kept, asked by one thread with as little work as can be: it takes its time from the same cores
/// as the server.
/// </summary>
internal sealed class KeptConnections(Uri server, IEnumerable<string> paths) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<KeptConnection> all = [.. paths.Select(p => new KeptConnection(server, p))];

    /// <summary>How many of the last answers were lists.</summary>
    public int Lists => all.Count(c => c.IsList);

    /// <summary>Asks on all at once; for each, in the order of their ends, the time from the first one's beginning.</summary>
    public List<TimeSpan> AskTogether()
    {
        var since = Stopwatch.GetTimestamp();
        all.ForEach(c => c.Send());
        var open = all.ToDictionary(c => c.Socket);
        var took = new List<TimeSpan>();
        while (open.Count > 0)
        {
            var ready = open.Keys.ToList();
            Socket.Select(ready, null, null, Limit);
            if (ready.Count == 0)
                throw new TimeoutException($"{open.Count} were not answered");
            foreach (var socket in ready.Where(s => open[s].Receive()))
            {
                took.Add(Stopwatch.GetElapsedTime(since));
                open.Remove(socket);
            }
        }
        return took;
    }

    /// <summary>Asks on one after the other, evenly over the time, and sorts how long each took.</summary>
    public List<TimeSpan> AskSpread(TimeSpan over)
    {
        var start = Stopwatch.GetTimestamp();
        var took = new List<TimeSpan>();
        foreach (var connection in all)
        {
            if (over * took.Count / all.Count - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } rest)
                Thread.Sleep(rest);
            var since = Stopwatch.GetTimestamp();
            connection.Send();
            while (!connection.Receive())
            {
            }
            took.Add(Stopwatch.GetElapsedTime(since));
        }
        return [.. took.Order()];
    }

    public void Dispose() => all.ForEach(c => c.Dispose());
}
