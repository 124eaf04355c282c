using System.Globalization;
using HttpSd.Bench;
using HttpSd.LocalCluster.Chaos;
using HttpSd.LocalCluster.History;

// Hurts everything for so many minutes, with a seed: chaos [MINUTES] [SEED] [PATHS]. A table of what came of it; 1 when something must not be.
// chaos check FOLDER: judges again the histories that such a run has kept.
if (args is ["check", var folder])
{
    var again = ChaosRun.Check(folder);
    foreach (var line in again.Violations)
        Console.Out.WriteLine(line);
    Console.Out.WriteLine(Page.Invariant($"{again.Calls:N0} calls, {again.Runs:N0} runs, {again.Answers:N0} answers, {again.Violations.Count:N0} broken promises"));
    return again.Violations.Count == 0 ? 0 : 1;
}

int Argument(int place, int otherwise) => args.Length > place ? int.Parse(args[place], CultureInfo.InvariantCulture) : otherwise;

var plan = new ChaosPlan(Argument(1, Environment.TickCount & 0xffff), TimeSpan.FromMinutes(Argument(0, 10)), Argument(2, 200));
using var run = new ChaosRun(plan, Console.Error.WriteLine);
var report = await run.RunAsync();
var page = new Page(Console.Out);
page.Machine();
page.Section(Page.Invariant($"{plan.Turmoil.TotalMinutes:0} minutes of faults, {plan.Paths} paths, seed {plan.Seed}"));
foreach (var (fault, count) in report.Faults.OrderByDescending(f => f.Value))
    page.Row(fault, Page.Invariant($"{count} times"));
page.Row("lists asked for, beside Prometheus' polls", Page.Invariant($"{report.Polls:N0}, {100.0 * report.Lists / Math.Max(1, report.Polls):0.0} % of them answered with a list"));
page.Row("looks at what Prometheus has", Page.Invariant($"{report.Looks:N0}"));
page.Row("from the last fault until all is as the cluster says", Page.Seconds(report.Healed));
var history = report.History;
page.Row("calls of Redis in the histories of all processes", Page.Invariant($"{history.Calls:N0}"));
page.Row("runs in them; of these in the place of a lost one", Page.Invariant($"{history.Runs:N0}; {history.Again:N0}"));
page.Row("reloads that were confirmed", Page.Invariant($"{history.Reloads:N0}"));
page.Row("promises that they say were broken", Page.Invariant($"{history.Violations.Count}"), "0");
page.Row("targets lost, wrong answers, wrong ends, broken promises", Page.Invariant($"{report.Wrong.Count}"), "0");
foreach (var line in report.Wrong.Take(20))
    Console.Error.WriteLine(line);
return report.Wrong.Count == 0 ? 0 : 1;
