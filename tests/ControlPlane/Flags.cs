namespace HttpSd.Kube;

/// <summary>How each server is started.</summary>
internal static class Flags
{
    // Names of Kubernetes 1.20, which later versions still accept.
    private const string Controllers = "deployment,replicaset,garbagecollector,serviceaccount,serviceaccount-token,namespace";

    public static string[] Etcd(string data, int port) =>
    [
        $"--data-dir={data}", $"--listen-client-urls=http://127.0.0.1:{port}", $"--advertise-client-urls=http://127.0.0.1:{port}",
        "--listen-peer-urls=http://127.0.0.1:0", "--unsafe-no-fsync",
    ];

    public static string[] ApiServer(int etcdPort, int port, Credentials credentials) =>
    [
        $"--etcd-servers=http://127.0.0.1:{etcdPort}", "--bind-address=127.0.0.1", $"--secure-port={port}",
        // It looks for one by the default route, and there may be none.
        "--advertise-address=127.0.0.1",
        $"--tls-cert-file={credentials.ServingCertificateFile}", $"--tls-private-key-file={credentials.ServingKeyFile}",
        $"--client-ca-file={credentials.CaFile}", $"--token-auth-file={credentials.TokensFile}",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={credentials.ServiceAccountPublicKeyFile}",
        $"--service-account-signing-key-file={credentials.ServiceAccountKeyFile}",
        "--service-cluster-ip-range=10.0.0.0/24", "--authorization-mode=RBAC", "--allow-privileged=true",
        // It wants every Pod's account and its Secret to be there first, and without controllers nobody makes them.
        "--disable-admission-plugins=ServiceAccount", "--endpoint-reconciler-type=none",
    ];

    public static string[] ControllerManager(string kubeconfig, string folder, int port, Credentials credentials) =>
    [
        $"--kubeconfig={kubeconfig}", "--leader-elect=false", "--use-service-account-credentials=false", $"--controllers={Controllers}",
        $"--service-account-private-key-file={credentials.ServiceAccountKeyFile}", $"--root-ca-file={credentials.CaFile}",
        "--bind-address=127.0.0.1", $"--secure-port={port}", "--port=0", $"--cert-dir={folder}",
        $"--tls-cert-file={credentials.ServingCertificateFile}", $"--tls-private-key-file={credentials.ServingKeyFile}",
    ];
}
