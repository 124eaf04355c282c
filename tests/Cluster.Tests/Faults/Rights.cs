using k8s;
using k8s.Models;

namespace HttpSd.Cluster.Tests.Faults;

/// <summary>The rights that the operator is shipped with, given to an account in one namespace, so that many go on side by side.</summary>
/// <param name="Rules">Of the ClusterRole.</param>
/// <param name="LeaderRules">Of the Role for its lease.</param>
internal sealed record Rights(V1PolicyRule[] Rules, V1PolicyRule[] LeaderRules)
{
    private const string Account = "op";

    public static Rights Shipped => new(Read("cluster-role.yaml"), Read("leader-role.yaml"));

    /// <summary>A shipped file's rules, or all but one verb of one of them.</summary>
    public static V1PolicyRule[] Read(string file, string? less = null, int index = -1, string? verb = null)
    {
        // A V1Role reads a ClusterRole's rules as well.
        var rules = KubernetesYaml.Deserialize<V1Role>(File.ReadAllText(Path.Combine(Programs.Root, "config", "rbac", file))).Rules;
        if (file == less)
            rules[index].Verbs = [.. rules[index].Verbs.Where(v => v != verb)];
        return [.. rules.Where(r => r.Verbs.Count > 0)];
    }

    /// <summary>Gives them to a new account in the namespace; its kubeconfig.</summary>
    public async Task<string> GrantAsync(LocalCluster.Cluster cluster, Kubernetes admin, string space, string folder)
    {
        // The lease is named after the operator.
        foreach (var named in LeaderRules.Where(r => r.ResourceNames is { Count: > 0 }))
            named.ResourceNames = [space + "-leader"];
        await admin.CoreV1.CreateNamespacedServiceAccountAsync(new V1ServiceAccount { Metadata = new V1ObjectMeta { Name = Account } }, space);
        await admin.RbacAuthorizationV1.CreateNamespacedRoleAsync(
            new V1Role { Metadata = new V1ObjectMeta { Name = Account }, Rules = [.. Rules, .. LeaderRules] }, space);
        await admin.RbacAuthorizationV1.CreateNamespacedRoleBindingAsync(
            new V1RoleBinding
            {
                Metadata = new V1ObjectMeta { Name = Account },
                RoleRef = new V1RoleRef { ApiGroup = "rbac.authorization.k8s.io", Kind = "Role", Name = Account },
                Subjects = [new Rbacv1Subject { Kind = "ServiceAccount", Name = Account, NamespaceProperty = space }],
            },
            space);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        cluster.Control.WriteKubeconfig(kubeconfig, await cluster.Control.CreateTokenAsync(space, Account));
        return kubeconfig;
    }
}
