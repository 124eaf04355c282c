using System.Diagnostics;
using HttpSd.Tests;

namespace HttpSd.Bench.Serving;

/// <summary>nginx with one worker and no log, which serves files of a folder of its own.</summary>
internal sealed class Nginx : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-nginx-").FullName;
    private readonly Process process;

    public Nginx()
    {
        var port = RedisServer.FreePort();
        Address = new Uri($"http://127.0.0.1:{port}/");
        var settings = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(settings, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            pid {{folder}}/pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_requests 100000000;
              default_type application/json;
              client_body_temp_path {{folder}}/a; proxy_temp_path {{folder}}/b; fastcgi_temp_path {{folder}}/c; uwsgi_temp_path {{folder}}/d; scgi_temp_path {{folder}}/e;
              server { listen 127.0.0.1:{{port}}; root {{folder}}/files; }
            }
            """);
        Directory.CreateDirectory(Path.Combine(folder, "files"));
        process = Process.Start(new ProcessStartInfo("nginx", ["-c", settings, "-p", folder]) { RedirectStandardError = true })!;
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    public void Add(string name, byte[] bytes) => File.WriteAllBytes(Path.Combine(folder, "files", name), bytes);

    public void Dispose()
    {
        // Its own word for going at once; the worker goes with it.
        using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
        kill.WaitForExit();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
