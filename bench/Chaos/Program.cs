using System.Globalization;
using HttpSd.Bench;
using HttpSd.LocalCluster.Chaos;
using HttpSd.LocalCluster.History;

// Hurts everything for so many minutes, with a seed: chaos [MINUTES] [SEED] [PATHS]. A table of what came of it; 1 when something must not be.
// chaos check FOLDER: judges again the histories that such a run has kept.
if (args is ["check", var folder])
{
    if (!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*.jsonl").Any())
        return Refuse($"there are no histories in '{folder}'");
    var again = ChaosRun.Check(folder);
    foreach (var line in again.Violations)
        Console.Out.WriteLine(line);
    Console.Out.WriteLine(Page.Invariant($"{again.Calls:N0} calls, {again.Runs:N0} runs, {again.Answers:N0} answers, {again.Violations.Count:N0} broken promises"));
    return again.Violations.Count == 0 ? 0 : 1;
}

int[] numbers = [10, Environment.TickCount & 0xffff, 200];
if (args.Length > numbers.Length)
    return Refuse($"'{args[numbers.Length]}' is one argument too many");
for (var place = 0; place < args.Length; place++)
{
    if (!int.TryParse(args[place], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[place]) || (place != 1 && numbers[place] == 0))
        return Refuse($"{(place == 0 ? "MINUTES" : place == 1 ? "SEED" : "PATHS")}: '{args[place]}' is not a positive whole number");
}
var plan = new ChaosPlan(numbers[1], TimeSpan.FromMinutes(numbers[0]), numbers[2]);
// At once, so that a run that breaks off can be made again.
Console.Error.WriteLine(Page.Invariant($"{numbers[0]} minutes, seed {plan.Seed}, {plan.Paths} paths"));
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

static int Refuse(string why)
{
    Console.Error.WriteLine($"error: {why}; chaos [MINUTES, by default 10] [SEED, by default any] [PATHS, by default 200], or chaos check FOLDER");
    return 2;
}
