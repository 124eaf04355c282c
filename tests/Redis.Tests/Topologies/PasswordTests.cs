using HttpSd.Redis.Connection;
using HttpSd.Tests;

namespace HttpSd.Redis.Tests.Topologies;

public sealed class PasswordTests
{
    private const string Odd = "p@ss/w%rd,=:;";

    [Fact]
    public async Task A_user_and_a_password_of_their_own_settings_need_no_encoding()
    {
        await using var redis = await RedisServer.StartAsync("--user", "someone", "on", $">{Odd}", "~*", "&*", "+@all");
        var options = new RedisOptions { Url = redis.Url, User = "someone", Password = Odd, CommandTimeout = TimeSpan.FromSeconds(10) };

        await using var journey = new Journey(options);
        await journey.GoAsync();
    }

    [Fact]
    public void They_go_before_those_of_the_address()
    {
        var options = RedisUrl.Parse(new RedisOptions { Url = "redis://a:b@h", User = "c", Password = "d" });
        var alone = RedisUrl.Parse(new RedisOptions { Url = "redis://a:b@h" });

        (options.User, options.Password).Should().Be(("c", "d"));
        (alone.User, alone.Password).Should().Be(("a", "b"));
    }
}
