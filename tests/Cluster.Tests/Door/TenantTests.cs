using System.Net;
using System.Net.Http.Headers;

namespace HttpSd.Cluster.Tests.Door;

/// <summary>Mode <c>kubernetes</c>: whoever reads a list shows a ServiceAccount's token, and RBAC says which.</summary>
public sealed class TenantTests(LiveCluster live)
{
    private const string Unauthorized = """{"error":"unauthorized"}""";
    private const string Forbidden = """{"error":"forbidden"}""";

    [Fact]
    public async Task A_tenant_reads_the_lists_of_its_namespace_and_no_other()
    {
        var suffix = Guid.NewGuid().ToString("n")[..6];
        var (one, two) = ($"one-{suffix}", $"two-{suffix}");
        await live.Cluster.ApplyAsync(Tenant(one) + Tenant(two));
        using var folder = new TokenFolder(await live.Cluster.Control.CreateTokenAsync(one, "asker"));
        using var server = await live.Cluster.StartServerAsync(
            null, "Server:Auth:Mode=kubernetes", $"Server:Auth:ApiServer={live.Cluster.Control.Address}",
            $"Server:Auth:ApiServerCaFile={live.Cluster.Control.CaFile}", $"Server:Auth:ApiServerTokenFile={folder.File}");
        await server.WaitReadyAsync();
        await live.Cluster.MustAsync("wait", "-n", one, "tg/list", "--for=condition=Ready", "--timeout=30s");
        await live.Cluster.MustAsync("wait", "-n", two, "tg/list", "--for=condition=Ready", "--timeout=30s");
        var reader = await live.Cluster.Control.CreateTokenAsync(one, "reader");
        var nobody = await live.Cluster.Control.CreateTokenAsync(one, "default");
        using var client = new HttpClient { BaseAddress = server.Address };

        async Task<(HttpStatusCode, string)> AskAsync(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
        async Task<bool> IsServedAsync() => (await AskAsync($"targets/{suffix}/{one}", reader)).Item1 == HttpStatusCode.OK;
        for (var left = 50; left > 0 && !await IsServedAsync(); left--)
            await Task.Delay(100, TestContext.Current.CancellationToken);

        (await AskAsync($"targets/{suffix}/{one}", reader)).Should().Be((HttpStatusCode.OK, """[{"targets":["h:1"]}]"""));
        (await AskAsync($"targets/{suffix}/{two}", reader)).Should().Be((HttpStatusCode.Forbidden, Forbidden));
        (await AskAsync($"targets/{suffix}", reader)).Should().Be((HttpStatusCode.Forbidden, Forbidden), "a folder needs all");
        (await AskAsync($"targets/{suffix}/{one}", nobody)).Should().Be((HttpStatusCode.Forbidden, Forbidden));
        (await AskAsync($"targets/{suffix}/{one}?debug=true", reader)).Item1.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync($"targets/{suffix}/{one}?reload=true", reader)).Item1.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync("", reader)).Item1.Should().Be(HttpStatusCode.Forbidden);
        (await AskAsync("targets/no-such", reader)).Item1.Should().Be(HttpStatusCode.NotFound);
        foreach (var token in new[] { null, "a.b.c", reader[..^4] + "AAAA", "x" })
        {
            (await AskAsync($"targets/{suffix}/{one}", token)).Should().Be((HttpStatusCode.Unauthorized, Unauthorized));
            (await AskAsync("targets/no-such", token)).Should().Be((HttpStatusCode.Unauthorized, Unauthorized));
        }

        // Nobody can be asked: what is known goes on, what isn't is not let in.
        folder.Break();
        (await AskAsync($"targets/{suffix}/{one}", reader)).Item1.Should().Be(HttpStatusCode.OK);
        (await AskAsync($"targets/{suffix}/{one}", await live.Cluster.Control.CreateTokenAsync(two, "reader")))
            .Should().Be((HttpStatusCode.ServiceUnavailable, """{"error":"authorization unavailable"}"""));

        string Tenant(string space) => $$"""
            apiVersion: v1
            kind: Namespace
            metadata: {name: {{space}}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: reader, namespace: {{space}}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: default, namespace: {{space}}}
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: asker, namespace: {{space}}}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: asker-{{space}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:auth-delegator"}
            subjects: [{kind: ServiceAccount, name: asker, namespace: {{space}}}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader, namespace: {{space}}}
            rules: [{apiGroups: [httpsd.io], resources: [targetgenerators/targets], verbs: [get]}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader, namespace: {{space}}}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects: [{kind: ServiceAccount, name: reader, namespace: {{space}}}]
            ---
            apiVersion: httpsd.io/v1alpha1
            kind: TargetGenerator
            metadata: {name: list, namespace: {{space}}}
            spec: {path: {{suffix}}/{{space}}, staticTargets: [{targets: ["h:1"]}]}
            ---

            """;
    }

    private sealed class TokenFolder : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("httpsd-asker-").FullName;

        public TokenFolder(string token) => System.IO.File.WriteAllText(File, token);

        public string File => Path.Combine(folder, "token");

        public void Break() => System.IO.File.Delete(File);

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
