using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HttpSd.LocalCluster;

/// <summary>What the command line says: where the three processes listen, on loopback, and what of their logs is shown.</summary>
internal sealed record RunOptions(int Server, int Worker, int Operator, bool Verbose = false)
{
    public const string Help = """
        A local API server with the CRDs, the operator, an SD server, a worker and the samples, until Ctrl-C.

        usage: make run-cluster [ARGS="OPTION..."]

          --server-port N     where the SD server listens; 8080
          --worker-port N     where the worker's health and metrics are; 8081
          --operator-port N   where the operator's health and metrics are; 8082
          --verbose           show all that they log, not only warnings and errors
          --help              this text
        """;

    private const string ServerPort = "--server-port";
    private const string WorkerPort = "--worker-port";
    private const string VerboseFlag = "--verbose";
    private const string OperatorPort = "--operator-port";

    private IEnumerable<(string Name, int Port)> All => [(ServerPort, Server), (WorkerPort, Worker), (OperatorPort, Operator)];

    /// <summary>The options, or what is wrong with them.</summary>
    public static (RunOptions? Options, string? Error) Parse(IEnumerable<string> args)
    {
        var options = new RunOptions(8080, 8081, 8082);
        var left = new Queue<string>(args.SelectMany(a => a.StartsWith("--", StringComparison.Ordinal) ? a.Split('=', 2) : [a]));
        while (left.TryDequeue(out var name))
        {
            if (name == VerboseFlag)
            {
                options = options with { Verbose = true };
                continue;
            }
            if (name is not (ServerPort or WorkerPort or OperatorPort))
                return (null, $"{name} is not an option of this command");
            if (!left.TryDequeue(out var value)
                || !int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
                return (null, $"{name}: a port from 1 to 65535 is needed");
            options = name switch
            {
                ServerPort => options with { Server = port },
                WorkerPort => options with { Worker = port },
                _ => options with { Operator = port },
            };
        }
        return options.All.GroupBy(o => o.Port).FirstOrDefault(g => g.Count() > 1) is { } same
            ? (null, $"{string.Join(" and ", same.Select(o => o.Name))} have the same port {same.Key}")
            : (options, null);
    }

    /// <summary>Why one of the ports can't be had; null when all are free.</summary>
    public string? Taken()
    {
        foreach (var (name, port) in All)
        {
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
            }
            catch (SocketException e)
            {
                return $"port {port} can't be had ({e.Message}); choose another one with {name}";
            }
        }
        return null;
    }
}
