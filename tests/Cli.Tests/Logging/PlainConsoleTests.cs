using HttpSd.ServiceDefaults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HttpSd.Cli.Tests.Logging;

public sealed class PlainConsoleTests
{
    [Fact]
    public void A_message_is_one_line_whatever_it_holds()
    {
        Written("x: error, ValueError: a\n00:00:00 y: success\r\u001b[2J\u202e\u2028", null)
            .Should().MatchRegex(@"\A\d\d:\d\d:\d\d warning: x: error, ValueError: a\\n00:00:00 y: success\\r\\x1b\[2J\\u202e\\u2028\n\z");
    }

    [Fact]
    public void A_fault_has_its_trace_in_lines()
    {
        Written("said", new InvalidOperationException("\u001b[2J")).Split('\n').Skip(1)
            .Should().Equal(@"System.InvalidOperationException: \x1b[2J", "");
    }

    private static string Written(string message, Exception? fault)
    {
        using var services = new ServiceCollection().AddSingleton(TimeProvider.System)
            .AddLogging(logging => logging.UsePlainConsole()).BuildServiceProvider();
        using var writer = new StringWriter();
        var entry = new LogEntry<string>(LogLevel.Warning, "here", default, message, fault, (text, _) => text);
        services.GetServices<ConsoleFormatter>().Single(f => f.Name == "plain").Write(entry, null, writer);
        return writer.ToString();
    }
}
