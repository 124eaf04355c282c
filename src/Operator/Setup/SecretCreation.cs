using System.Net;
using System.Security.Cryptography;
using System.Text;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Setup;

/// <summary>
/// <c>create-secret</c>: makes a Secret with a random password where there is none. One that is there is never
/// changed, whoever made it: processes may run with it.
/// </summary>
internal static class SecretCreation
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const int Length = 40, MostTries = 3;

    public static async Task<string> RunAsync(IKubernetes kubernetes, SetupArguments arguments, CancellationToken cancellationToken)
    {
        var (space, name, key) = (arguments.Namespace, arguments["name"], arguments["key"]);
        // Somebody may delete it between the two.
        for (var left = MostTries; left > 0; left--)
        {
            if (await IsMadeAsync(kubernetes, space, name, key, cancellationToken))
                return $"Secret {space}/{name} is made, with a password in {key}";
            if (await FindAsync(kubernetes, space, name, cancellationToken) is not { } found)
                continue;
            return found.Data is { } data && data.TryGetValue(key, out var value) && value.Length > 0
                ? $"Secret {space}/{name} is there, and left as it is"
                : throw new SetupException($"Secret {space}/{name} is there, but has no {key}: add it, or delete the Secret to have one made");
        }
        throw new SetupException($"Secret {space}/{name} comes and goes");
    }

    private static async Task<bool> IsMadeAsync(IKubernetes kubernetes, string space, string name, string key, CancellationToken cancellationToken)
    {
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Labels = new Dictionary<string, string>
                {
                    ["app.kubernetes.io/part-of"] = "httpsd",
                    ["app.kubernetes.io/managed-by"] = "httpsd-operator",
                },
            },
            Data = new Dictionary<string, byte[]> { [key] = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Letters, Length)) },
        };
        try
        {
            await kubernetes.CoreV1.CreateNamespacedSecretAsync(secret, space, cancellationToken: cancellationToken);
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private static async Task<V1Secret?> FindAsync(IKubernetes kubernetes, string space, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await kubernetes.CoreV1.ReadNamespacedSecretAsync(name, space, cancellationToken: cancellationToken);
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
