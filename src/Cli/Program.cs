using HttpSd.Cli.Embedded;
var sw = System.Diagnostics.Stopwatch.StartNew();
using var store = EmbeddedStore.Start();
Console.WriteLine(store.Url + " " + sw.Elapsed);
Console.WriteLine(await AtomicityCheck.CountLostAsync(store.Url) + " " + sw.Elapsed);
Console.ReadLine();
