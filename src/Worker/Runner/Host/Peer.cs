using System.Buffers.Binary;
using System.Net.Sockets;
using HttpSd.Worker.Runner.Processes;

namespace HttpSd.Worker.Runner.Host;

/// <summary>
/// Who is at the other end of the runner's socket. A script has the runner's user, so file rights don't keep it from
/// connecting; one that did could have its own text run in another generator's interpreter.
/// </summary>
internal static class Peer
{
    private const int SocketLevel = 1, PeerCredentials = 17, CredentialsBytes = 12, MostAncestors = 4096;

    /// <summary>Whether it may be an agent: a process that the runner didn't start, or one of another container, which has no number here.</summary>
    public static bool MayBeAgent(Socket socket)
    {
        var credentials = new byte[CredentialsBytes];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var pid = BitConverter.IsLittleEndian ? BinaryPrimitives.ReadInt32LittleEndian(credentials) : BinaryPrimitives.ReadInt32BigEndian(credentials);
        return pid == 0 || !MayDescend(pid);
    }

    // What has gone meanwhile can't be told from a script that hides.
    private static bool MayDescend(int pid)
    {
        for (var i = 0; i < MostAncestors && pid != Environment.ProcessId; i++)
        {
            if (pid == 0)
                return false;
            if (ProcessStat.Read(pid) is not { } process)
                return true;
            pid = process.Parent;
        }
        return true;
    }
}
