using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace HttpSd.Tests;

/// <summary>A redis-server of this test run on a free loopback port; it ends with the run and keeps nothing.</summary>
public sealed class RedisProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private RedisProcess(Process process, string folder, int port)
    {
        (this.process, this.folder, Port) = (process, folder, port);
        AppDomain.CurrentDomain.ProcessExit += Kill;
    }

    public int Port { get; }

    /// <summary>Starts one; without redis-server on the PATH this fails, because a skipped promise is no promise.</summary>
    public static async Task<RedisProcess> StartAsync()
    {
        for (var attempt = 1; ; attempt++)
        {
            var server = Start(FreePort());
            if (await server.AnswersAsync())
                return server;
            await server.DisposeAsync();
            if (attempt == 3)
                throw new InvalidOperationException("redis-server started three times and never answered");
        }
    }

    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= Kill;
        Kill(null, EventArgs.Empty);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static RedisProcess Start(int port)
    {
        var folder = Directory.CreateTempSubdirectory("httpsd-redis-").FullName;
        string[] arguments =
        [
            "--bind", "127.0.0.1", "--port", port.ToString(CultureInfo.InvariantCulture),
            "--save", "", "--appendonly", "no", "--dir", folder, "--loglevel", "warning",
        ];
        var start = new ProcessStartInfo("redis-server", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new RedisProcess(process, folder, port);
    }

    private async Task<bool> AnswersAsync()
    {
        for (var attempt = 0; attempt < 100 && !process.HasExited; attempt++)
        {
            try
            {
                await using var connection = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port}");
                return true;
            }
            catch (RedisConnectionException)
            {
                await Task.Delay(50);
            }
        }
        return false;
    }

    private void Kill(object? sender, EventArgs arguments)
    {
        if (!process.HasExited)
            process.Kill();
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
