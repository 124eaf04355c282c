using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace HttpSd.ServiceDefaults;

/// <summary>How a process ends: 0, 1 (it failed) or 2 (wrong usage), with a line that says why.</summary>
public static class ExitCodes
{
    /// <summary>It was asked rightly, and failed.</summary>
    public const int Failed = 1;

    /// <summary>It was asked wrongly: an option, a setting, an address.</summary>
    public const int WrongUsage = 2;

    /// <summary>Runs it; what people cause or can mend is told to them in a line, the rest is a fault with its trace.</summary>
    public static async Task<int> OfAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (OptionsValidationException e)
        {
            return await RefuseAsync(e);
        }
        // Of several classes the host says so together.
        catch (AggregateException e) when (e.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await RefuseAsync([.. e.InnerExceptions.Cast<OptionsValidationException>()]);
        }
        catch (FormatException e)
        {
            await Console.Error.WriteLineAsync("error: " + e.Message);
            return WrongUsage;
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync("error: an address to listen at can't be had: " + e.Message);
            return Failed;
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync("error: " + e.Message);
            return Failed;
        }
    }

    private static async Task<int> RefuseAsync(params OptionsValidationException[] refused)
    {
        foreach (var failure in refused.SelectMany(e => e.Failures))
            await Console.Error.WriteLineAsync("error: " + failure);
        return WrongUsage;
    }
}
