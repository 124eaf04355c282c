using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Kube.Tests;

public sealed class ApiServerTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private readonly ControlPlane plane = shared.Plane;

    [Fact]
    public async Task It_answers_with_its_version()
    {
        using var admin = new Kubernetes(plane.AdminConfig);

        (await admin.Version.GetCodeAsync()).GitVersion.Should().StartWith("v1.");
    }

    [Fact]
    public async Task A_custom_object_is_written_and_its_status_patched()
    {
        using var admin = new Kubernetes(plane.AdminConfig);
        await CreateAsync(admin, Widget.Named("patched", 3));

        await admin.CustomObjects.PatchNamespacedCustomObjectStatusAsync<Widget>(
            new V1Patch("""{"spec": {"size": 4}, "status": {"phase": "Ready"}}""", V1Patch.PatchType.MergePatch),
            Widget.Group, "v1", "default", "widgets", "patched");

        var read = await ReadAsync(admin, "patched");
        (read.Spec, read.Status).Should().Be((new WidgetSpec(3), new WidgetStatus("Ready")));
    }

    [Fact]
    public async Task The_schema_of_a_kind_is_enforced()
    {
        using var admin = new Kubernetes(plane.AdminConfig);

        var create = () => CreateAsync(admin, Widget.Named("small", 0));

        (await create.Should().ThrowAsync<HttpOperationException>())
            .Which.Response.StatusCode.Should().Be(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Kubectl_reads_what_the_client_wrote_even_as_pretty_json()
    {
        using var admin = new Kubernetes(plane.AdminConfig);
        await CreateAsync(admin, Widget.Named("seen", 7));

        var read = await plane.KubectlAsync("get", "widget", "seen", "-o", "jsonpath={.spec.size}");
        var pretty = await plane.KubectlAsync("get", "--raw", "/api/v1/namespaces/default?pretty=true");

        read.Should().Be(new KubectlResult(0, "7", ""));
        pretty.ExitCode.Should().Be(0, pretty.Error);
    }

    [Fact]
    public async Task A_service_account_may_do_what_its_role_says_and_nothing_before()
    {
        var account = $"reader-{Guid.NewGuid():N}";
        (await plane.KubectlAsync("create", "serviceaccount", account)).ExitCode.Should().Be(0);
        using var client = new Kubernetes(plane.ConfigFor(await plane.CreateTokenAsync("default", account)));
        var list = () => client.CoreV1.ListNamespacedConfigMapAsync("default");
        (await list.Should().ThrowAsync<HttpOperationException>())
            .Which.Response.StatusCode.Should().Be(HttpStatusCode.Forbidden);

        await plane.KubectlAsync("create", "role", account, "--verb=list", "--resource=configmaps");
        await plane.KubectlAsync("create", "rolebinding", account, $"--role={account}", $"--serviceaccount=default:{account}");

        await Eventually.TrueAsync(async () => await CodeAsync(list) == HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_kubeconfig_speaks_for_the_account_whose_token_it_has()
    {
        await plane.KubectlAsync("create", "serviceaccount", "configured");
        var file = Path.Combine(plane.Folder, "configured.kubeconfig");
        plane.WriteKubeconfig(file, await plane.CreateTokenAsync("default", "configured"));

        // The last --kubeconfig wins.
        var answer = await plane.KubectlAsync("--kubeconfig", file, "auth", "can-i", "list", "secrets");

        answer.Output.Trim().Should().Be("no");
    }

    private static Task<Widget> CreateAsync(Kubernetes client, Widget widget) =>
        client.CustomObjects.CreateNamespacedCustomObjectAsync<Widget>(widget, Widget.Group, "v1", "default", "widgets");

    private static Task<Widget> ReadAsync(Kubernetes client, string name) =>
        client.CustomObjects.GetNamespacedCustomObjectAsync<Widget>(Widget.Group, "v1", "default", "widgets", name);

    private static async Task<HttpStatusCode> CodeAsync<T>(Func<Task<T>> call)
    {
        try
        {
            await call();
            return HttpStatusCode.OK;
        }
        catch (HttpOperationException refused)
        {
            return refused.Response.StatusCode;
        }
    }
}
