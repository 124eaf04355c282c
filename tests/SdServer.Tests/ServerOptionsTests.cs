using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Tests;

public sealed class ServerOptionsTests
{
    [Fact]
    public void The_defaults_are_those_of_the_documentation() => new ServerOptions().Should().BeEquivalentTo(new
    {
        Urls = "http://+:8080",
        MissStatusCode = 503,
        EmptyList = EmptyListForm.Array,
        PathPrefix = "",
        MaxWait = TimeSpan.FromSeconds(10),
        StaleIfError = TimeSpan.FromHours(24),
        Retention = TimeSpan.FromHours(24),
        MaxCacheBytes = 268_435_456L,
        LocalFreshness = TimeSpan.FromSeconds(2),
        RetryAfter = TimeSpan.FromSeconds(5),
        MaxUrlLength = 8192,
        MaxConnections = 10_000,
        ReloadInterval = TimeSpan.FromSeconds(10),
        DrainDelay = TimeSpan.FromSeconds(5),
    });

    [Theory]
    [InlineData("MissStatusCode=404", "Server:MissStatusCode is '404', but must be 200 or 503")]
    [InlineData("EmptyList=none", "Server:EmptyList is 'none', but must be one of array, group")]
    [InlineData("MaxWait=1h", "Server:MaxWait is '1h', but must be from 0s to 5m")]
    [InlineData("PathPrefix=/a?b", "Server:PathPrefix is '/a?b', but*must be segments*")]
    [InlineData("MaxCacheBytes=-1", "Server:MaxCacheBytes is '-1', but must be from 0 to 1099511627776")]
    [InlineData("Urls=here", "Server:Urls is 'here', but must be http://ADDRESS:PORT, several separated by semicolons")]
    [InlineData("Urls=http://127.0.0.1:99999", "Server:Urls is 'http://127.0.0.1:99999', but must be *")]
    [InlineData("Urls=http://+:8080;https://+:8443", "Server:Urls is 'http://+:8080;https://+:8443', but must be *")]
    [InlineData("DrainDelay=1h", "Server:DrainDelay is '1h', but must be from 0s to 10m")]
    [InlineData("MaxConnections=1", "Server:MaxConnections is '1', but must be from 16 to 1000000")]
    [InlineData("ReloadInterval=2h", "Server:ReloadInterval is '2h', but must be from 0s to 1h")]
    [InlineData("Auth:Mod=none", "Server:Auth:Mod is not a setting; there are *")]
    [InlineData("MaxWiat=1s", "Server:MaxWiat is not a setting; there are *")]
    public void A_wrong_setting_stops_the_start_with_its_name(string setting, string message)
    {
        var start = () => SdServerApp.Create([$"--Server:{setting}"]);

        start.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("http://+:8080;http://[::1]:8081")]
    [InlineData("http://unix:/run/httpsd.sock")]
    public void Every_address_that_can_be_listened_at_is_taken(string urls) =>
        SdServerApp.Create(["--Server:Urls=" + urls]).Urls.Should().Equal(urls.Split(';'));
}
