using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using StackExchange.Redis;

namespace HttpSd.Tests;

/// <summary>A real Redis on a free loopback port, with a folder of its own; gone when disposed.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-redis-").FullName;
    private readonly string[] settings;
    private Process? process;

    private RedisServer(string[] settings)
    {
        this.settings = settings;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    /// <summary>The port; the same after a restart.</summary>
    public int Port { get; private set; } = FreePort();

    /// <summary>For <c>Redis:Url</c>.</summary>
    public string Url => $"redis://{Credentials}127.0.0.1:{Port}";

    /// <summary>Of whoever takes the address as it is: <c>user:password@</c>, or nothing.</summary>
    public string Credentials { get; set; } = "";

    /// <summary>It has ended by itself, or somebody has ended it.</summary>
    public bool HasEnded => process is null or { HasExited: true };

    /// <summary>Starts one; fails when there is no redis-server on this machine.</summary>
    /// <param name="settings">Further arguments, such as <c>--maxmemory 10mb</c> in pieces.</param>
    public static async Task<RedisServer> StartAsync(params string[] settings)
    {
        var redis = new RedisServer(settings);
        // Between finding a port and taking it somebody else can take it.
        for (var left = 5; ; left--)
        {
            try
            {
                await redis.RestartAsync();
                return redis;
            }
            catch (InvalidOperationException) when (left > 0)
            {
                redis.Port = FreePort();
            }
        }
    }

    /// <summary>Starts it again on the same port, empty unless its settings keep its data.</summary>
    public async Task RestartAsync()
    {
        Kill();
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["--port", $"{Port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no", .. settings])
            start.ArgumentList.Add(argument);
        process = Process.Start(start) ?? throw new InvalidOperationException("redis-server didn't start");
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        for (var left = 100; ; left--)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"redis-server ended with {process.ExitCode}");
            if (await AnswersAsync())
                return;
            if (left == 0)
                throw new InvalidOperationException($"redis-server doesn't answer on port {Port}");
            await Task.Delay(50);
        }
    }

    /// <summary>A connection of the test's own.</summary>
    public Task<ConnectionMultiplexer> ConnectAsync() => ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port},allowAdmin=true");

    /// <summary>It hangs: connections stay, answers don't come.</summary>
    public void Stop() => Signal("STOP");

    /// <summary>It goes on.</summary>
    public void Continue() => Signal("CONT");

    /// <summary>What a dead one has on disk is gone, too.</summary>
    public void Forget()
    {
        Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(folder);
    }

    /// <summary>It dies, and its data with it unless its settings keep it.</summary>
    public void Kill()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            process.WaitForExit();
        }
        process?.Dispose();
        process = null;
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Kill();
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether this very process answers, and not somebody else on its port.</summary>
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(IPAddress.Loopback, Port);
            await probe.GetStream().WriteAsync("INFO server\r\n"u8.ToArray());
            var answer = new byte[8192];
            var read = await probe.GetStream().ReadAsync(answer).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
            return Encoding.ASCII.GetString(answer, 0, read).Contains($"process_id:{process!.Id}\r", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return false;
        }
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process!.Id}"]);
        kill.WaitForExit();
    }

    private void KillAtExit(object? sender, EventArgs arguments) => Kill();

    /// <summary>A port that is free now, for whatever else a test starts, too.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
