using HttpSd.LocalCluster;

// A cluster to try things on: everything runs here, on loopback, and goes with Ctrl-C.
Console.WriteLine("Starting an API server, the operator, an SD server and a worker");
await using var cluster = await Cluster.StartAsync();
using var op = await cluster.StartOperatorAsync(8082);
using var server = await cluster.StartServerAsync(8080);
using var worker = await cluster.StartWorkerAsync(8081);
foreach (var part in new[] { op, server, worker })
    await part.WaitReadyAsync();
await cluster.MustAsync("apply", "-f", Path.Combine(Programs.Root, "config", "samples"));

Console.WriteLine($"""

  export KUBECONFIG={cluster.Control.AdminKubeconfig}
  kubectl get tg
  curl -s {server.Address}targets/my-service

  SD server {server.Address}  worker {worker.Address}metrics  operator {op.Address}metrics
  store: redis-cli -p {cluster.Redis.Port}

ready: Ctrl-C ends everything
""");

var ended = new TaskCompletionSource();
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGINT, context => End(context, ended));
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, context => End(context, ended));
while (!ended.Task.IsCompleted)
{
    await Task.WhenAny(ended.Task, Task.Delay(1000));
    if (new[] { op, server, worker }.FirstOrDefault(p => p.HasExited) is not { } gone || ended.Task.IsCompleted)
        continue;
    Console.WriteLine($"{gone.Room} has ended:\n{gone.Log}");
    return 1;
}
return 0;

static void End(System.Runtime.InteropServices.PosixSignalContext context, TaskCompletionSource ended)
{
    context.Cancel = true;
    ended.TrySetResult();
}
