using HttpSd.LocalCluster;

// A cluster to try things on: everything runs here, on loopback, and goes with Ctrl-C.
Console.WriteLine("Starting an API server, the operator, an SD server and a worker");
await using var cluster = await Cluster.StartAsync();
using var parts = new KeptParts(
    () => cluster.StartOperatorAsync(8082), () => cluster.StartServerAsync(8080), () => cluster.StartWorkerAsync(8081));
await parts.StartAsync();
await cluster.MustAsync("apply", "-f", Path.Combine(Programs.Root, "config", "samples"));

var (op, server, worker) = (parts[0].Address, parts[1].Address, parts[2].Address);
Console.WriteLine($"""

  export KUBECONFIG={cluster.Control.AdminKubeconfig}
  kubectl get tg
  kubectl get wp -n httpsd -o wide   (TargetNotFound: here the worker is a process, and there is no Deployment to scale)
  curl -s {server}targets/my-service

  SD server {server}  worker {worker}metrics  operator {op}metrics
  store: redis-cli -p {cluster.Redis.Port}

ready: Ctrl-C ends everything
""");

var ended = new TaskCompletionSource();
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGINT, context => End(context, ended));
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, context => End(context, ended));
while (await Task.WhenAny(ended.Task, Task.Delay(1000)) != ended.Task)
{
    if (!await parts.MendAsync(Console.Out))
        return 1;
}
return 0;

static void End(System.Runtime.InteropServices.PosixSignalContext context, TaskCompletionSource ended)
{
    context.Cancel = true;
    ended.TrySetResult();
}
