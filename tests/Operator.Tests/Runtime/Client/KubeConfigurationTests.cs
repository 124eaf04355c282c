using HttpSd.Operator.Runtime.Client;
using k8s;

namespace HttpSd.Operator.Tests.Runtime.Client;

public sealed class KubeConfigurationTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("httpsd-kube-").FullName;

    public void Dispose() => Directory.Delete(home, true);

    [Fact]
    public void An_explicit_file_comes_first_then_the_variable_then_the_pod_then_the_home()
    {
        var (given, variable) = (Write("given", "given"), Write("variable", "variable"));
        Directory.CreateDirectory(Path.Combine(home, ".kube"));
        Write(".kube/config", "home");
        Host(given, variable, true).Should().Be("https://given:6443");
        Host("", variable, true).Should().Be("https://variable:6443");
        Host("", null, true).Should().Be("https://pod");
        Host("", "", false).Should().Be("https://home:6443");
    }

    [Fact]
    public void Of_the_variables_files_those_that_exist_are_merged()
    {
        var list = string.Join(Path.PathSeparator, Path.Combine(home, "missing"), Write("one", "one"), Write("two", "two"));
        Host("", list, false).Should().Be("https://one:6443");
        Host("", list, false, "two").Should().Be("https://two:6443");
    }

    [Fact]
    public void Nothing_found_says_what_was_looked_for_and_never_means_localhost() =>
        FluentActions.Invoking(() => Host("", null, false)).Should().Throw<KubeConfigurationException>().WithMessage(
            $"No way to a Kubernetes API server: Kubernetes:KubeConfig and KUBECONFIG are not set, this is not a Pod with a service account, and {home}/.kube/config doesn't exist.");

    [Fact]
    public void A_file_that_is_asked_for_and_missing_is_not_made_up_for()
    {
        var missing = Path.Combine(home, "missing");
        FluentActions.Invoking(() => Host(missing, null, true)).Should().Throw<KubeConfigurationException>()
            .WithMessage($"Kubernetes:KubeConfig names {missing}, which doesn't exist.");
        FluentActions.Invoking(() => Host("", missing, true)).Should().Throw<KubeConfigurationException>()
            .WithMessage($"KUBECONFIG names {missing}, which doesn't exist.");
    }

    [Theory]
    [InlineData("", "*")]
    [InlineData("hello", "*")]
    [InlineData("a: [secret-token", "*is not valid YAML at line *")]
    [InlineData("apiVersion: v1\nkind: Config\n", "*")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: x\ncontexts: []\nclusters: []\nusers: []\n", "*cannot be used: *")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: t\nclusters: [{name: t, cluster: {server: \"https://h\", certificate-authority-data: \"!\"}}]\nusers: [{name: t, user: {}}]\ncontexts: [{name: t, context: {cluster: t, user: t}}]\n", "*cannot be used: *")]
    public void A_file_that_cannot_be_used_is_named_without_its_secrets(string text, string expected)
    {
        var path = Path.Combine(home, "bad");
        File.WriteAllText(path, text);
        FluentActions.Invoking(() => Host(path, null, false)).Should().Throw<KubeConfigurationException>()
            .WithMessage(expected).Which.Message.Should().Contain(path).And.NotContain("secret-token");
    }

    private string Write(string name, string server)
    {
        var path = Path.Combine(home, name);
        File.WriteAllText(path, $$$"""
            apiVersion: v1
            kind: Config
            current-context: {{{server}}}
            clusters: [{name: {{{server}}}, cluster: {server: "https://{{{server}}}:6443"}}]
            users: [{name: {{{server}}}, user: {token: t}}]
            contexts: [{name: {{{server}}}, context: {cluster: {{{server}}}, user: {{{server}}}}}]
            """);
        return path;
    }

    private string Host(string given, string? variable, bool inCluster, string context = "") =>
        KubeConfiguration.Load(
            new KubernetesOptions { KubeConfig = given, Context = context },
            new KubeSurroundings(variable, home, inCluster, () => new KubernetesClientConfiguration { Host = "https://pod" })).Host.TrimEnd('/');
}
