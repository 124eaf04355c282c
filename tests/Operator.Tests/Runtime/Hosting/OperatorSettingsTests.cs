using HttpSd.Operator.Runtime.Abstractions;
using HttpSd.Operator.Runtime.Hosting;
using HttpSd.Operator.Tests.Runtime.Controller;
using Microsoft.Extensions.DependencyInjection;

namespace HttpSd.Operator.Tests.Runtime.Hosting;

public sealed class OperatorSettingsTests
{
    [Fact]
    public void The_defaults_are_those_that_operators_have() =>
        new OperatorSettings().Should().BeEquivalentTo(new
        {
            Name = "kubernetesoperator",
            Namespace = (string?)null,
            LeaderElectionType = LeaderElectionType.None,
            LeaderElectionLeaseDuration = TimeSpan.FromSeconds(15),
            LeaderElectionRenewDeadline = TimeSpan.FromSeconds(10),
            LeaderElectionRetryPeriod = TimeSpan.FromSeconds(2),
            LeaderElectionNamespace = (string?)null,
            MaxParallelReconciliations = 4,
            ReconcileTimeout = TimeSpan.FromMinutes(2),
            DrainTimeout = TimeSpan.FromSeconds(30),
        });

    [Fact]
    public void Times_that_would_let_two_lead_are_refused()
    {
        var act = () => new ServiceCollection().AddKubernetesOperator(o => o.LeaderElectionRenewDeadline = TimeSpan.FromSeconds(15));
        act.Should().Throw<InvalidOperationException>().WithMessage("LeaderElectionLeaseDuration must be longer*");
    }

    [Fact]
    public void A_type_has_one_controller()
    {
        var builder = new ServiceCollection().AddKubernetesOperator().AddController<ScriptedController, Widget>();
        var act = () => builder.AddController<ScriptedController, Widget>();
        act.Should().Throw<InvalidOperationException>().WithMessage("Widget has a controller already");
        builder.Services.Should().Contain(s => s.ServiceType == typeof(EntityQueue<Widget>));
    }
}
