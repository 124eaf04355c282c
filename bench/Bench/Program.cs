using HttpSd.Bench;
using HttpSd.Bench.Serving;
using HttpSd.Bench.Starting;
using HttpSd.Bench.Working;

// Figures of server and worker on real parts of one machine, as a page of Markdown. Name parts to measure only these.
var page = new Page(Console.Out);
page.Machine();
var parts = new Dictionary<string, Func<Page, Task>>
{
    ["serve"] = AgainstNginx.MeasureAsync,
    ["size"] = ByNumber.MeasureAsync,
    ["work"] = Jobs.MeasureAsync,
    ["miss"] = Misses.MeasureAsync,
    ["start"] = Starts.MeasureAsync,
};
if (args.FirstOrDefault(a => !parts.ContainsKey(a)) is { } unknown)
{
    Console.Error.WriteLine($"there is no part '{unknown}'; there are {string.Join(", ", parts.Keys)}");
    return 2;
}
foreach (var (name, measure) in parts.Where(p => args.Length == 0 || args.Contains(p.Key)))
    await measure(page);
return 0;
