using HttpSd.Redis.Connection;
using HttpSd.ServiceDefaults;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Tests;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Operator:Namespaces=a,,b", "Operator:Namespaces is 'a,,b', but must be names of namespaces separated by commas*none empty")]
    [InlineData("Operator:Namespaces=A_B", "Operator:Namespaces is 'A_B', but must be names of namespaces*")]
    [InlineData("Operator:OwnNamespace=A_B", "Operator:OwnNamespace is 'A_B', but must be a namespace's name*")]
    [InlineData("Operator:Urls=nonsense", "Operator:Urls is 'nonsense', but must be http://ADDRESS:PORT*")]
    [InlineData("Operator:Concurrency=65", "Operator:Concurrency is '65', but must be from 1 to 64")]
    [InlineData("Operator:Namspaces=a", "Operator:Namspaces is not a setting; there are *")]
    [InlineData("Kubernetes:MaxTries=0", "Kubernetes:MaxTries is '0', but must be from 1 to 20")]
    [InlineData("Redis:Url=foo://h", "Redis:Url must begin with redis:// or rediss://")]
    [InlineData("Redis:Url=redis://", "Redis:Url names no host")]
    [InlineData("Redis:Url=h:6379,foo=bar", "Redis:Url is no configuration string: Keyword 'foo' is not supported*")]
    public void A_wrong_setting_stops_the_start_before_an_API_server_is_looked_for(string setting, string message)
    {
        var start = () => OperatorApp.Create(["--" + setting, "--Kubernetes:KubeConfig=/nowhere"]);

        start.Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Theory]
    [InlineData("--Operator:Concurrency", "'--Operator:Concurrency' is not understood; settings are written --Section:Name=value, and --help lists them")]
    [InlineData("--Logging:Console:FormatterName=xml", "Logging:Console:FormatterName: 'xml' is no format of the log; there are json and plain")]
    [InlineData("run", "'run' is not understood*")]
    [InlineData("--Operater:Concurrency=3", "'--Operater:Concurrency=3': there is no such section; there are Server, *")]
    public void An_argument_that_can_not_be_followed_is_refused(string argument, string message)
    {
        var start = () => OperatorApp.Create([argument]);

        start.Should().Throw<FormatException>().WithMessage(message);
    }

    [Fact]
    public void The_password_in_an_address_is_not_repeated()
    {
        var problem = new RedisOptions { Url = "redis://:geheim@h/x" }.Validate(new(this)).Single().ErrorMessage;

        problem.Should().Be("must end in a database number, or in nothing");
    }

    [Fact]
    public void Help_lists_every_setting_with_its_default()
    {
        var to = new StringWriter();

        ProcessCommandLine.WriteHelp(to, "HttpSd.Operator", "It operates.", ("Operator", new OperatorOptions()));

        to.ToString().Should().StartWith("It operates.").And.Contain("dotnet HttpSd.Operator.dll")
            .And.Contain("  --Operator:ResyncInterval=1h\n").And.Contain("  --Redis:Url=redis://127.0.0.1:6379\n").And.Contain("  --Queue:Lease=30s\n");
        ProcessCommandLine.AsksForHelp(["--Operator:Name=a", "--help"]).Should().BeTrue();
        ProcessCommandLine.AsksForHelp(["--Operator:Name=a"]).Should().BeFalse();
    }
}
