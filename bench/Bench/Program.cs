using System.Globalization;
using HttpSd.Bench;
using HttpSd.Bench.Serving;
using HttpSd.Bench.Soaking;
using HttpSd.Bench.Starting;
using HttpSd.Bench.Working;

// Figures of server and worker on real parts of one machine, as a page of Markdown. Name parts to measure only these;
// "soak" and a number of minutes, by default 60, has to be named.
var page = new Page(Console.Out);
page.Machine();
var parts = new Dictionary<string, Func<Page, Task>>
{
    ["serve"] = AgainstNginx.MeasureAsync,
    ["size"] = ByNumber.MeasureAsync,
    ["poll"] = Polls.MeasureAsync,
    ["memory"] = ManyLists.MeasureAsync,
    ["work"] = Jobs.MeasureAsync,
    ["miss"] = Misses.MeasureAsync,
    ["large"] = LargeList.MeasureAsync,
    ["start"] = Starts.MeasureAsync,
};
if (args is ["soak", .. var rest])
{
    var minutes = 60.0;
    if (rest.Length > 1 || (rest.Length == 1 && !(double.TryParse(rest[0], CultureInfo.InvariantCulture, out minutes) && minutes is > 0 and < 10_000)))
    {
        Console.Error.WriteLine($"soak: '{string.Join(' ', rest)}' is not a number of minutes");
        return 2;
    }
    await Soak.MeasureAsync(page, TimeSpan.FromMinutes(minutes));
    return 0;
}
if (args.FirstOrDefault(a => !parts.ContainsKey(a)) is { } unknown)
{
    Console.Error.WriteLine($"there is no part '{unknown}'; there are {string.Join(", ", parts.Keys)}, and, by itself, soak [MINUTES]");
    return 2;
}
foreach (var (name, measure) in parts.Where(p => args.Length == 0 || args.Contains(p.Key)))
    await measure(page);
return 0;
