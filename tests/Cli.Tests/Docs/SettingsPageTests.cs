using HttpSd.Redis.Connection;
using HttpSd.Redis.Queue;
using HttpSd.SdServer;
using HttpSd.SdServer.Door;
using HttpSd.Tests;
using HttpSd.Worker;

namespace HttpSd.Cli.Tests.Docs;

public sealed class SettingsPageTests
{
    [Fact]
    public void The_page_of_settings_has_every_setting_with_its_default_and_range()
    {
        SettingsPage.Read("Server", "Worker", "Redis", "Queue").Should().BeEquivalentTo(
        [
            .. SettingsPage.Defaults("Server", new ServerOptions()),
            .. SettingsPage.Defaults("Server:Auth", new AuthOptions()),
            .. SettingsPage.Defaults("Server:Tls", new TlsOptions()),
            .. SettingsPage.Defaults("Worker", new WorkerOptions()),
            .. SettingsPage.Defaults("Redis", new RedisOptions()),
            .. SettingsPage.Defaults("Queue", new QueueOptions()),
        ]);
    }
}
