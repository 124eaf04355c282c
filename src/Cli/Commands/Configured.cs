using HttpSd.ServiceDefaults;

namespace HttpSd.Cli.Commands;

/// <summary>Settings for what has to know them before there is a host, from where the hosts have them.</summary>
internal static class Configured
{
    /// <summary>appsettings files of the current folder, the environment, then <c>Section:Name=value</c>; later wins.</summary>
    public static IConfiguration Read(IReadOnlyList<string> settings)
    {
        var configuration = WebApplication.CreateSlimBuilder().Configuration;
        configuration.AddEnvironmentVariables(Settings.EnvironmentPrefix).AddCommandLine([.. settings.Select(s => "--" + s)]);
        return configuration;
    }
}
