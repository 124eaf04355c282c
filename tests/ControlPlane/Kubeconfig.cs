using System.Text;

namespace HttpSd.Kube;

internal static class Kubeconfig
{
    public static void Write(string path, Uri address, string caPem, string token)
    {
        File.WriteAllText(path, $"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
              - name: test
                cluster:
                  server: {address.GetLeftPart(UriPartial.Authority)}
                  certificate-authority-data: {Convert.ToBase64String(Encoding.ASCII.GetBytes(caPem))}
            users:
              - name: test
                user:
                  token: "{token}"
            contexts:
              - name: test
                context:
                  cluster: test
                  user: test
                  namespace: default

            """);
        // kubectl and helm warn about a file that others may read.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
