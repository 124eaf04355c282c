using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace HttpSd.Operator.Setup;

/// <summary>
/// <c>create-secret</c>: makes a Secret with a random password in each key where there is none. A password that is there
/// is never changed, whoever made it: processes may run with it.
/// </summary>
internal static class SecretCreation
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private const string ManagedBy = "app.kubernetes.io/managed-by", Manager = "httpsd-operator";
    private const int Length = 40, MostTries = 3;

    public static async Task<string> RunAsync(IKubernetes kubernetes, SetupArguments arguments, CancellationToken cancellationToken)
    {
        var (space, name, keys) = (arguments.Namespace, arguments["name"], arguments["key"].Split(','));
        // Somebody may delete or change it between the two.
        for (var left = MostTries; left > 0; left--)
        {
            if (await IsMadeAsync(kubernetes, space, name, keys, cancellationToken))
                return $"Secret {space}/{name} is made, with a password in {string.Join(", ", keys)}";
            if (await FindAsync(kubernetes, space, name, cancellationToken) is not { } found)
                continue;
            var missing = keys.Where(key => found.Data is not { } data || !data.TryGetValue(key, out var value) || value.Length == 0).ToArray();
            if (missing.Length == 0)
                return $"Secret {space}/{name} is there, and left as it is";
            if (found.GetLabel(ManagedBy) != Manager)
                throw new SetupException($"Secret {space}/{name} is there, but has no {missing[0]}: add it, or delete the Secret to have one made");
            if (await IsCompletedAsync(kubernetes, found, missing, cancellationToken))
                return $"Secret {space}/{name} is there, and has a password in {string.Join(", ", missing)} now";
        }
        throw new SetupException($"Secret {space}/{name} comes and goes");
    }

    private static Task<bool> IsMadeAsync(IKubernetes kubernetes, string space, string name, string[] keys, CancellationToken cancellationToken)
    {
        var secret = new V1Secret
        {
            Metadata = new V1ObjectMeta
            {
                Name = name,
                Labels = new Dictionary<string, string> { ["app.kubernetes.io/part-of"] = "httpsd", [ManagedBy] = Manager },
            },
            Data = keys.ToDictionary(key => key, _ => Password()),
        };
        return IsTakenAsync(() => kubernetes.CoreV1.CreateNamespacedSecretAsync(secret, space, cancellationToken: cancellationToken));
    }

    /// <summary>Adds what an earlier version of this one didn't make; what is there stays, and whoever comes second sees the first one's.</summary>
    private static Task<bool> IsCompletedAsync(IKubernetes kubernetes, V1Secret found, string[] missing, CancellationToken cancellationToken)
    {
        var patch = JsonSerializer.Serialize(new
        {
            metadata = new { resourceVersion = found.ResourceVersion() },
            data = missing.ToDictionary(key => key, _ => Convert.ToBase64String(Password())),
        });
        return IsTakenAsync(() => kubernetes.CoreV1.PatchNamespacedSecretAsync(
            new V1Patch(patch, V1Patch.PatchType.MergePatch), found.Name(), found.Namespace(), cancellationToken: cancellationToken));
    }

    private static async Task<bool> IsTakenAsync(Func<Task> write)
    {
        try
        {
            await write();
            return true;
        }
        catch (HttpOperationException e) when (e.Response.StatusCode == HttpStatusCode.Conflict)
        {
            return false;
        }
    }

    private static byte[] Password() => Encoding.ASCII.GetBytes(RandomNumberGenerator.GetString(Letters, Length));

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
