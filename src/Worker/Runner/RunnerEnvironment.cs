namespace HttpSd.Worker.Runner;

/// <summary>What a runner sees of the agent's environment: never a password or a URL of Redis.</summary>
internal static class RunnerEnvironment
{
    private static readonly HashSet<string> Names =
    [
        "PATH", "LANG", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "DOTNET_ROOT", "DOTNET_ROOT_X64", "DOTNET_ROOT_ARM64", "DOTNET_HOST_PATH", "DOTNET_ROLL_FORWARD",
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "DOTNET_BUNDLE_EXTRACT_BASE_DIR",
    ];

    /// <param name="agent">The agent's own variables.</param>
    /// <param name="passed">The names that the runner hands on to scripts.</param>
    public static Dictionary<string, string> Build(
        IEnumerable<KeyValuePair<string, string?>> agent, IReadOnlyList<string> passed)
    {
        var built = agent
            .Where(pair => pair.Value is not null && (Names.Contains(pair.Key) || passed.Contains(pair.Key)))
            .ToDictionary(pair => pair.Key, pair => pair.Value!);

        // A script with the runner's user could attach to it, and a heap per core is memory for nothing.
        built["DOTNET_EnableDiagnostics"] = "0";
        built["DOTNET_gcServer"] = "0";
        built["DOTNET_NOLOGO"] = "1";

        // A run is four short messages: handing each to another thread costs eight times the context switches.
        built["DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"] = "1";
        return built;
    }
}
