using HttpSd.Scaling.Simulator;

// Who scales how well, as tables of Markdown. --seeds 1-20, --traces T1,T7, --sweep 2 (seeds for KEDA's settings; 0: none).
const string usage = "options: --seeds 1-20 | 1,5,9   --traces T1,T7   --sweep 2";
if (args is ["--help" or "-h" or "-?"])
{
    await Console.Out.WriteLineAsync(usage);
    return 0;
}
var options = Options.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync(usage);
    return 2;
}
Report.Write(Console.Out, options);
return 0;
