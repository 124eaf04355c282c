using System.Text.Json;
using HttpSd.Operator.Runtime.Client;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.ServiceDefaults;
using k8s;
using k8s.Autorest;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Setup;

/// <summary>A verb that does one thing at the API server and ends: 0, 1 (it failed) or 2 (wrong usage), with a line that says what came of it.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Needed">Its arguments, <c>--NAME=VALUE</c>, each needed; <c>--namespace</c> goes with all.</param>
/// <param name="Act">What it does; the line for standard output.</param>
internal sealed record SetupCommand(string Name, string[] Needed, Func<IKubernetes, SetupArguments, CancellationToken, Task<string>> Act)
{
    private static readonly SetupCommand[] All =
    [
        new("create-secret", ["name", "key"], SecretCreation.RunAsync),
        new("apply-pools", ["file"], PoolApplication.RunAsync),
    ];

    // Well before the Job's own deadline, so that its log says why.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>The command that the first argument names; null when it is none.</summary>
    public static SetupCommand? Find(string[] args) => All.FirstOrDefault(c => args is [var verb, ..] && verb == c.Name);

    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            var arguments = SetupArguments.Parse(this, args);
            await using var services = Services();
            await output.WriteLineAsync(await Act(services.GetRequiredService<IKubernetes>(), arguments, limit.Token));
            return 0;
        }
        catch (FormatException e)
        {
            await error.WriteLineAsync($"error: {Name}: {e.Message}");
            return ExitCodes.WrongUsage;
        }
        catch (OptionsValidationException e)
        {
            await error.WriteLineAsync("error: " + string.Join("; ", e.Failures));
            return ExitCodes.WrongUsage;
        }
        catch (HttpOperationException e)
        {
            await error.WriteLineAsync($"error: {Name}: the API server refused: {(int)e.Response.StatusCode} {ServerStatus.Parse(e.Response.Content).Message}");
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            await error.WriteLineAsync($"error: {Name}: it took longer than {Limit.TotalMinutes:0} minutes");
        }
        catch (Exception e) when (e is SetupException or ApiFaultException or KubeConfigurationException or HttpRequestException or IOException or JsonException)
        {
            await error.WriteLineAsync($"error: {Name}: {e.GetBaseException().Message}");
        }
        return ExitCodes.Failed;
    }

    private static ServiceProvider Services() => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddEnvironmentVariables(Settings.EnvironmentPrefix).Build())
        .AddSingleton<ProcessMetrics>()
        .AddKubernetesClient()
        .BuildServiceProvider();
}

/// <summary>The arguments of a command.</summary>
internal sealed class SetupArguments(IReadOnlyDictionary<string, string> values)
{
    public string this[string name] => values[name];

    public string Namespace => values.GetValueOrDefault("namespace") ?? PodNamespace.Find();

    /// <exception cref="FormatException">One is missing, or not of the command.</exception>
    public static SetupArguments Parse(SetupCommand command, string[] args)
    {
        var values = new Dictionary<string, string>();
        foreach (var argument in args)
        {
            var parts = argument.Split('=', 2);
            if (parts is not [{ Length: > 2 } name, { Length: > 0 } value] || !name.StartsWith("--", StringComparison.Ordinal))
                throw new FormatException($"'{argument}' is not understood; arguments are written --NAME=VALUE");
            if (name[2..] != "namespace" && !command.Needed.Contains(name[2..]))
                throw new FormatException($"there is no {name}; there are --{string.Join(", --", command.Needed)} and --namespace");
            values[name[2..]] = value;
        }
        return command.Needed.FirstOrDefault(n => !values.ContainsKey(n)) is { } missing
            ? throw new FormatException($"--{missing} is missing")
            : new SetupArguments(values);
    }
}

/// <summary>What is there is not what it should be; a person has to look.</summary>
internal sealed class SetupException(string message) : Exception(message);
