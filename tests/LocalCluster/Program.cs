using System.Runtime.InteropServices;
using HttpSd.LocalCluster;

// A cluster to try things on: everything runs here, on loopback, and goes with Ctrl-C.
if (args.Contains("--help"))
{
    Console.WriteLine(RunOptions.Help);
    return 0;
}
var (options, wrong) = RunOptions.Parse(args);
if (options is null)
{
    Console.Error.WriteLine($"error: {wrong}; see --help");
    return 2;
}
if (options.Taken() is { } taken)
{
    Console.Error.WriteLine($"error: {taken}");
    return 1;
}

// As with `httpsd serve`: a sample asks the server for another one's list. The others are the setting's defaults.
const string UrlVariable = "HTTPSD_URL";
const string Passed =
    $"HTTP_PROXY,HTTPS_PROXY,NO_PROXY,http_proxy,https_proxy,no_proxy,SSL_CERT_FILE,SSL_CERT_DIR,REQUESTS_CA_BUNDLE,{UrlVariable}";
Environment.SetEnvironmentVariable(UrlVariable, $"http://127.0.0.1:{options.Server}");

Console.WriteLine("Starting an API server, the operator, an SD server and a worker");
await using var cluster = await Cluster.StartAsync();
using var parts = new KeptParts(
    () => cluster.StartOperatorAsync(options.Operator),
    () => cluster.StartServerAsync(options.Server),
    () => cluster.StartWorkerAsync(options.Worker, $"Worker:PassEnvironment={Passed}"))
{
    Told = new Narrator(Console.Out, options.Verbose).Take,
};
await parts.StartAsync();
await cluster.MustAsync("apply", "-f", Path.Combine(Programs.Root, "config", "samples"));
// What is printed works at once. When its run takes longer, the object says so.
await cluster.Control.KubectlAsync("wait", "--for=condition=Ready", "--timeout=20s", "tg/my-service");

var (op, server, worker) = (parts[0].Address, parts[1].Address, parts[2].Address);
Console.WriteLine($"""

  export KUBECONFIG={cluster.Control.AdminKubeconfig}
  kubectl get tg
  kubectl get wp -n httpsd -o wide   (not scaled: here the worker is a process, and there is no Deployment)
  curl -s {server}targets/my-service

  SD server {server}  worker {worker}metrics  operator {op}metrics
  store: redis-cli -p {cluster.Redis.Port}

ready: Ctrl-C ends everything; warnings of the processes follow, with --verbose all that they log
""");

var ended = new TaskCompletionSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
while (await Task.WhenAny(ended.Task, Task.Delay(1000)) != ended.Task)
{
    await cluster.MendAsync(Console.Out);
    await parts.MendAsync(Console.Out);
}
return 0;

void End(PosixSignalContext context)
{
    context.Cancel = true;
    ended.TrySetResult();
}
