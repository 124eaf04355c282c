using HttpSd.Operator.Runtime.Client;

namespace HttpSd.Operator.Tests.Docs;

public sealed class SettingsPageTests
{
    [Fact]
    public void The_page_of_settings_has_every_setting_of_the_operator()
    {
        SettingsPage.Read("Operator", "Kubernetes").Should().BeEquivalentTo(
        [
            .. SettingsPage.Defaults("Operator", new OperatorOptions()),
            .. SettingsPage.Defaults("Kubernetes", new KubernetesOptions()),
        ]);
    }
}
