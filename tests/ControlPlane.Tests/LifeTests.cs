using System.Diagnostics;
using k8s;
using k8s.Models;

namespace HttpSd.Kube.Tests;

/// <summary>What tests do to a control plane of their own.</summary>
public sealed class LifeTests : IAsyncLifetime
{
    private ControlPlane plane = null!;

    public async ValueTask InitializeAsync() => plane = await ControlPlane.StartAsync("--watch-cache=false");

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    [Fact]
    public async Task A_restart_keeps_address_and_data()
    {
        var before = plane.Address;
        (await plane.KubectlAsync("create", "configmap", "kept", "--from-literal=a=1")).ExitCode.Should().Be(0);

        await plane.RestartApiServerAsync();

        plane.Address.Should().Be(before);
        (await plane.KubectlAsync("get", "configmap", "kept", "-o", "jsonpath={.data.a}")).Output.Should().Be("1");
    }

    [Fact]
    public async Task Servers_that_somebody_ended_are_started_again_with_their_data()
    {
        plane.Ended.Should().BeNull();
        (await plane.KubectlAsync("create", "configmap", "kept", "--from-literal=a=1")).ExitCode.Should().Be(0);
        foreach (var id in plane.ProcessIds.ToList())
        {
            using var server = Process.GetProcessById(id);
            server.Kill();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        plane.Ended.Should().Be("etcd");
        await plane.MendAsync();
        plane.Ended.Should().Be("kube-apiserver");
        await plane.MendAsync();

        plane.Ended.Should().BeNull();
        (await plane.KubectlAsync("get", "configmap", "kept", "-o", "jsonpath={.data.a}")).Output.Should().Be("1");
    }

    [Fact]
    public async Task A_paused_server_is_silent_and_answers_when_it_goes_on()
    {
        using var admin = new Kubernetes(plane.AdminConfig);
        plane.PauseApiServer();
        var answer = admin.CoreV1.ListNamespaceAsync();
        var silent = () => answer.WaitAsync(TimeSpan.FromSeconds(1));
        await silent.Should().ThrowAsync<TimeoutException>();

        plane.ResumeApiServer();

        (await answer).Items.Should().NotBeEmpty();
    }

    [Fact]
    public async Task Controllers_turn_a_Deployment_into_Pods_and_clean_up_after_it()
    {
        await plane.StartControllersAsync();
        await plane.KubectlAsync("create", "deployment", "web", "--image=none", "--replicas=2");
        using var admin = new Kubernetes(plane.AdminConfig);
        var pods = async () => (await admin.CoreV1.ListNamespacedPodAsync("default")).Items.Count;
        await Eventually.TrueAsync(async () => await pods() == 2);

        await plane.KubectlAsync("delete", "deployment", "web");

        await Eventually.TrueAsync(async () => await pods() == 0);
    }

    [Fact]
    public async Task Nothing_is_left_once_it_is_disposed()
    {
        await plane.StartControllersAsync();
        int[] running = [.. plane.ProcessIds];
        running.Should().HaveCount(3).And.OnlyContain(id => Directory.Exists($"/proc/{id}"));

        await plane.DisposeAsync();

        running.Should().OnlyContain(id => !Directory.Exists($"/proc/{id}"));
        Directory.Exists(plane.Folder).Should().BeFalse();
    }
}
