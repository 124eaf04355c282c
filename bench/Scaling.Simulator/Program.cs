using HttpSd.Scaling.Simulator;

// Who scales how well, as tables of Markdown. --seeds 1-20, --traces T1,T7, --sweep 2 (seeds for KEDA's settings; 0: none).
var options = Options.Parse(args);
if (options is null)
{
    await Console.Error.WriteLineAsync("options: --seeds 1-20 | 1,5,9   --traces T1,T7   --sweep 2");
    return 2;
}
Report.Write(Console.Out, options);
return 0;
