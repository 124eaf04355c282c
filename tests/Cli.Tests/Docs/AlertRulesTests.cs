using System.Diagnostics;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>The alerts of the page of metrics, judged by Prometheus' own tool.</summary>
public sealed class AlertRulesTests : IDisposable
{
    private const string Cases = """
        rule_files: [rules.yml]
        evaluation_interval: 1m
        tests:
          # No operator at all, one leader of two, two leaders.
          - alert_rule_test:
              - {eval_time: 10m, alertname: HttpSdNoOperator, exp_alerts: [{exp_labels: {}}]}
          - interval: 1m
            input_series:
              - {series: 'leader_election_master_status{instance="a"}', values: '1x60'}
              - {series: 'leader_election_master_status{instance="b"}', values: '0x60'}
            alert_rule_test:
              - {eval_time: 10m, alertname: HttpSdNoOperator}
          - interval: 1m
            input_series:
              - {series: 'leader_election_master_status{instance="a"}', values: '1x60'}
              - {series: 'leader_election_master_status{instance="b"}', values: '1x60'}
            alert_rule_test:
              - {eval_time: 10m, alertname: HttpSdNoOperator, exp_alerts: [{exp_labels: {}}]}
          # Everything is wrong.
          - interval: 1m
            input_series:
              - {series: 'httpsd_update_queue_oldest_pending_seconds{instance="a",pool="default"}', values: '400x60'}
              - {series: 'httpsd_update_queue_oldest_pending_seconds{instance="b",pool="default"}', values: '400x60'}
              - {series: 'httpsd_path_requests_total{path="x",status="cache-not-exist"}', values: '0+1x60'}
              - {series: 'httpsd_operator_generators{ready="False",reason="InvalidSpec"}', values: '1x60'}
              - {series: 'httpsd_pool_limited{pool="default"}', values: '1x60'}
              - {series: 'httpsd_pool_sample_age_seconds{pool="default"}', values: '90x60'}
              - {series: 'httpsd_redis_up{instance="a"}', values: '0x60'}
            alert_rule_test:
              - {eval_time: 40m, alertname: HttpSdJobsWait, exp_alerts: [{exp_labels: {pool: default}}]}
              - {eval_time: 40m, alertname: HttpSdListsFail, exp_alerts: [{exp_labels: {path: x}}]}
              - {eval_time: 40m, alertname: HttpSdGeneratorNotReady, exp_alerts: [{exp_labels: {reason: InvalidSpec}}]}
              - {eval_time: 40m, alertname: HttpSdPoolLimited, exp_alerts: [{exp_labels: {pool: default}}]}
              - {eval_time: 40m, alertname: HttpSdPoolQueueUnknown, exp_alerts: [{exp_labels: {pool: default}}]}
              - {eval_time: 40m, alertname: HttpSdRedisDown, exp_alerts: [{exp_labels: {instance: a}}]}
          # All is well.
          - interval: 1m
            input_series:
              - {series: 'httpsd_update_queue_oldest_pending_seconds{instance="a",pool="default"}', values: '2x60'}
              - {series: 'httpsd_path_requests_total{path="x",status="cache-not-exist"}', values: '3x60'}
              - {series: 'httpsd_path_requests_total{path="x",status="success"}', values: '0+1x60'}
              - {series: 'httpsd_operator_generators{ready="True",reason="Published"}', values: '5x60'}
              - {series: 'httpsd_pool_limited{pool="default"}', values: '0x60'}
              - {series: 'httpsd_pool_sample_age_seconds{pool="default"}', values: '5x60'}
              - {series: 'httpsd_redis_up{instance="a"}', values: '1x60'}
            alert_rule_test:
              - {eval_time: 40m, alertname: HttpSdJobsWait}
              - {eval_time: 40m, alertname: HttpSdListsFail}
              - {eval_time: 40m, alertname: HttpSdGeneratorNotReady}
              - {eval_time: 40m, alertname: HttpSdPoolLimited}
              - {eval_time: 40m, alertname: HttpSdPoolQueueUnknown}
              - {eval_time: 40m, alertname: HttpSdRedisDown}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("httpsd-rules-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Each_alert_fires_when_it_should_and_only_then()
    {
        var page = await File.ReadAllTextAsync(Path.Combine(ServedSamples.Root(), "docs", "metrics.md"));
        var rules = page[page.IndexOf("```yaml\ngroups:", StringComparison.Ordinal)..].Split("```")[1]["yaml\n".Length..];
        await File.WriteAllTextAsync(Path.Combine(folder, "rules.yml"), rules);
        await File.WriteAllTextAsync(Path.Combine(folder, "cases.yml"), Cases);

        (await PromtoolAsync("check", "rules", "rules.yml")).Should().Contain("SUCCESS: 7 rules found");
        (await PromtoolAsync("test", "rules", "cases.yml")).Should().Contain("SUCCESS");
    }

    private async Task<string> PromtoolAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var promtool = Process.Start(start)!;
        var error = promtool.StandardError.ReadToEndAsync();
        var output = await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        return output + await error;
    }
}
