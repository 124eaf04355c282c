using System.Globalization;
using HttpSd.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace HttpSd.ServiceDefaults;

/// <summary>Log lines for a person at a terminal: the time, a word when something is wrong, the message.</summary>
public static class PlainConsole
{
    private const string FormatterName = "plain";

    /// <summary>Replaces what logs to the console by plain lines.</summary>
    public static ILoggingBuilder UsePlainConsole(this ILoggingBuilder logging)
    {
        logging.ClearProviders();
        logging.Services.AddSingleton<ConsoleFormatter>(s => new Formatter(s.GetRequiredService<TimeProvider>()));
        return logging.AddConsole(o => o.FormatterName = FormatterName);
    }

    private sealed class Formatter(TimeProvider time) : ConsoleFormatter(FormatterName)
    {
        public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
        {
            textWriter.Write(time.GetLocalNow().ToString("HH:mm:ss ", CultureInfo.InvariantCulture));
            if (logEntry.LogLevel >= LogLevel.Warning)
                textWriter.Write(logEntry.LogLevel == LogLevel.Warning ? "warning: " : "error: ");
            // Whatever a script says, a message is one line.
            textWriter.WriteLine(VisibleText.Of(logEntry.Formatter(logEntry.State, logEntry.Exception)));
            if (logEntry.Exception is { } exception)
                textWriter.WriteLine(VisibleText.Lines(exception.ToString()));
        }
    }
}
