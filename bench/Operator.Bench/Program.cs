using HttpSd.LocalCluster;
using HttpSd.Operator.Bench;

// Figures of the operator on a cluster of one machine, as a page of Markdown. Name parts to measure only these.
var parts = args.Where(a => !char.IsDigit(a[0])).ToList();
var objects = args.Where(a => char.IsDigit(a[0])).Select(int.Parse).FirstOrDefault(10_000);
var page = new Page(Console.Out);
page.Machine();
if (parts.Count == 0 || parts.Contains("answer"))
{
    await using var cluster = await Cluster.StartAsync();
    await ApplyToAnswer.MeasureAsync(cluster, page);
}
if (parts.Count == 0 || parts.Contains("scale"))
{
    await using var cluster = await Cluster.StartAsync();
    await ManyObjects.MeasureAsync(cluster, objects, page);
}
if (parts.Count == 0 || parts.Contains("edit"))
{
    await using var cluster = await Cluster.StartAsync();
    await ByObjects.MeasureAsync(cluster, objects, page);
}
