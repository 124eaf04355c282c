using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;

namespace HttpSd.Operator.Tests.Runtime.LeaderElection;

public sealed class LeaseElectionTests : IAsyncLifetime
{
    private const string Lease = "/apis/coordination.k8s.io/v1/namespaces/ns/leases/op-leader";
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider time = new();
    private ScriptedApiServer server = null!;

    public async ValueTask InitializeAsync() => server = await ScriptedApiServer.StartAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task One_of_two_leads_for_as_long_as_it_renews()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        await using var second = new Replica(server, time, "second", 2);
        for (var n = 0; n < 80; n++)
        {
            await time.PassAsync(Second / 2);
            first.Leads.Should().BeTrue();
            second.Leads.Should().BeFalse();
        }
        server.Find(Lease)!["spec"]!["leaseTransitions"]!.GetValue<int>().Should().Be(0);
        (await first.Instruments.TextAsync()).Should().Contain("leader_election_master_status{name=\"op-leader\"} 1");
        (await second.Instruments.TextAsync()).Should().Contain("leader_election_master_status{name=\"op-leader\"} 0");
    }

    [Fact]
    public async Task A_killed_leader_is_followed_when_its_lease_has_ended_and_not_before()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        await using var second = new Replica(server, time, "second", 2);
        await time.PassAsync(6 * Second);
        await first.StopAsync();
        var took = await time.UntilAsync(() => second.Leads, 22 * Second);
        took.Should().BeGreaterThan(12 * Second).And.BeLessThan(20 * Second);
        server.Find(Lease)!["spec"]!["leaseTransitions"]!.GetValue<int>().Should().Be(1);
    }

    [Fact]
    public async Task An_answer_that_is_no_status_is_one_more_failure_and_no_end()
    {
        (server.Refuses, server.Says) = (502, "{\"code\":\"bad_gateway\"}");
        await using var replica = new Replica(server, time, "first", 1);
        await time.PassAsync(4 * Second);
        replica.Run.IsCompleted.Should().BeFalse();
        server.Refuses = 0;
        await time.UntilAsync(() => replica.Leads, 9 * Second);
        server.Refuses = 502;
        var asked = server.Requests.Count;
        await time.UntilAsync(() => server.Requests.Count > asked, 9 * Second);
        await time.PassAsync(Second / 2);
        server.Refuses = 0;
        await time.PassAsync(20 * Second);
        (replica.Leads, replica.Run.IsCompleted).Should().Be((true, false));
    }

    [Fact]
    public async Task A_released_lease_is_taken_with_the_next_look()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        await using var second = new Replica(server, time, "second", 2);
        await time.PassAsync(3 * Second);
        await first.StopAsync();
        await first.Election.ReleaseAsync(default);
        first.Leads.Should().BeFalse();
        (await time.UntilAsync(() => second.Leads, 8 * Second)).Should().BeLessThan(5 * Second);
    }

    [Fact]
    public async Task A_leader_that_cannot_reach_the_server_goes_on_until_its_deadline_and_ends_before_the_next_begins()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        await using var second = new Replica(server, time, "second", 2);
        await time.PassAsync(3 * Second);
        server.Cut("first");
        var both = false;
        var ended = await time.UntilAsync(() => (both |= first.Leads && second.Leads) || first.Run.IsCompleted, 13 * Second);
        both.Should().BeFalse();
        ended.Should().BeGreaterThan(7 * Second);
        first.Leads.Should().BeFalse();
        second.Leads.Should().BeFalse();
        server.Mend("first");
        await time.UntilAsync(() => second.Leads, 14 * Second);
        first.Leads.Should().BeFalse();
        (await first.Instruments.TextAsync()).Should().Contain("leader_election_master_status{name=\"op-leader\"} 0");
    }

    [Fact]
    public async Task A_short_outage_costs_nothing()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        foreach (var trouble in new[] { 500, 429, 503 })
        {
            server.Refuses = trouble;
            await time.PassAsync(5 * Second);
            server.Refuses = 0;
            await time.PassAsync(5 * Second);
            first.Leads.Should().BeTrue();
        }
        server.Find(Lease)!["spec"]!["leaseTransitions"]!.GetValue<int>().Should().Be(0);
    }

    [Theory]
    [InlineData("""{"metadata":{"name":"op-leader"}}""")]
    [InlineData("""{"metadata":{"name":"op-leader"},"spec":{}}""")]
    [InlineData("""{"metadata":{"name":"op-leader"},"spec":{"holderIdentity":"","leaseDurationSeconds":15}}""")]
    [InlineData("""{"metadata":{"name":"op-leader"},"spec":{"holderIdentity":"gone"}}""")]
    public async Task A_lease_without_holder_or_times_is_taken_at_once(string lease)
    {
        server.Put(Lease, (JsonObject)JsonNode.Parse(lease)!);
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
    }

    [Fact]
    public async Task A_lease_taken_by_hand_ends_the_leadership_with_the_next_renewal()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        var lease = server.Find(Lease)!;
        lease["spec"]!["holderIdentity"] = "somebody";
        server.Put(Lease, lease);
        await time.UntilAsync(() => first.Run.IsCompleted, 8 * Second);
        first.Leads.Should().BeFalse();
    }

    [Fact]
    public async Task A_lease_touched_or_removed_by_somebody_who_does_not_lead_is_kept()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        server.Put(Lease, server.Find(Lease)!);
        await time.PassAsync(5 * Second);
        server.Remove(Lease);
        await time.PassAsync(12 * Second);
        first.Leads.Should().BeTrue();
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().Be("first");
    }

    [Fact]
    public async Task Nobody_releases_a_lease_that_was_lost()
    {
        await using var first = new Replica(server, time, "first", 1);
        await Clock.SoonAsync(() => first.Leads);
        await first.StopAsync();
        time.Advance(11 * Second);
        first.Leads.Should().BeFalse();
        await first.Election.ReleaseAsync(default);
        server.Find(Lease)!["spec"]!["holderIdentity"]!.ToString().Should().Be("first");
    }
}
