using k8s;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The rights that the operator is shipped with, given to an account in one namespace, so that many go on side by side.</summary>
/// <param name="Rules">Of the ClusterRole.</param>
/// <param name="OwnRules">Of the Roles in its own namespace.</param>
internal sealed record Rights(V1PolicyRule[] Rules, V1PolicyRule[] OwnRules)
{
    private const string Account = "op";

    private static readonly string[] OwnFiles = ["leader-role.yaml", "scaling-role.yaml"];

    public static Rights Shipped => Without("", "");

    /// <summary>Every resource and verb in the shipped files.</summary>
    public static IEnumerable<(string Resource, string Verb)> All =>
        Shipped.Rules.Concat(Shipped.OwnRules).SelectMany(r => r.Verbs.Select(v => (r.Resources.Single(), v))).Distinct();

    /// <summary>The shipped ones without one verb, wherever it is given.</summary>
    public static Rights Without(string resource, string verb) =>
        new(Read("cluster-role.yaml", resource, verb), [.. OwnFiles.SelectMany(f => Read(f, resource, verb))]);

    /// <summary>A shipped file's rules.</summary>
    public static V1PolicyRule[] Read(string file, string? resource = null, string? verb = null)
    {
        // A V1Role reads a ClusterRole's rules as well.
        var rules = KubernetesYaml.Deserialize<V1Role>(File.ReadAllText(Path.Combine(Programs.Root, "config", "rbac", file))).Rules;
        foreach (var rule in rules.Where(r => r.Resources.Contains(resource!)))
            rule.Verbs = [.. rule.Verbs.Where(v => v != verb)];
        return [.. rules.Where(r => r.Verbs.Count > 0)];
    }

    /// <summary>Gives them to a new account in the namespace; its kubeconfig.</summary>
    public async Task<string> GrantAsync(LocalCluster.Cluster cluster, Kubernetes admin, string space, string folder)
    {
        // The lease is named after the operator.
        foreach (var named in OwnRules.Where(r => r.ResourceNames is { Count: > 0 }))
            named.ResourceNames = [space + "-leader"];
        await admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = Account } }, space);
        await admin.RbacAuthorizationV1.CreateNamespacedRoleAsync(
            new V1Role { Metadata = new V1ObjectMeta { Name = Account }, Rules = [.. Rules, .. OwnRules] }, space);
        await admin.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = Account },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = Account },
                Subjects = [Subject(space)],
            },
            space);
        return await WriteKubeconfigAsync(cluster, space, folder);
    }

    /// <summary>Gives the ClusterRole's rights in every namespace, and none for a lease: such an operator reads, and writes nothing.</summary>
    public async Task<string> GrantReadingAsync(LocalCluster.Cluster cluster, Kubernetes admin, string space, string folder)
    {
        await admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = Account } }, space);
        await admin.RbacAuthorizationV1.CreateClusterRoleAsync(new V1ClusterRole { Metadata = new V1ObjectMeta { Name = space }, Rules = Rules });
        await admin.RbacAuthorizationV1.CreateClusterRoleBindingAsync(new V1ClusterRoleBinding
        {
            Metadata = new V1ObjectMeta { Name = space },
            RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "ClusterRole", Name = space },
            Subjects = [Subject(space)],
        });
        return await WriteKubeconfigAsync(cluster, space, folder);
    }

    private static Rbacv1Subject Subject(string space) => new() { Kind = "ServiceAccount", Name = Account, NamespaceProperty = space };

    private static async Task<string> WriteKubeconfigAsync(LocalCluster.Cluster cluster, string space, string folder)
    {
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        cluster.Control.WriteKubeconfig(kubeconfig, await cluster.Control.CreateTokenAsync(space, Account));
        return kubeconfig;
    }
}
