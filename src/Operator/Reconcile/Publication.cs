using System.Text;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;
using HttpSd.Core.Targets;
using HttpSd.Operator.Runtime.Abstractions;

namespace HttpSd.Operator.Reconcile;

/// <summary>Whether an object's spec can be published.</summary>
/// <param name="Generator">What the spec says, with the object's UID; also when something else keeps it from being published.</param>
/// <param name="Reason"><see cref="Reasons.Published"/> when it can be.</param>
/// <param name="Message">Why not; empty when it can be.</param>
internal sealed record Publication(GeneratorScript? Generator, string Reason, string Message)
{
    public bool Allowed => Reason == Reasons.Published;

    /// <summary>The checks, in the order in which a user would want to hear of them.</summary>
    public static Publication Decide(Observed observed)
    {
        var entity = observed.Object;
        var read = TargetGeneratorReader.Read(SpecText.Manifest(entity), ScriptReference.LookupIn(observed.ConfigMap));
        if (read.Generator is not { } generator)
            return new Publication(null, ReasonOf(read.Problems), Sentence.Of(read.Problems));
        if (ListProblem(generator) is { } problem)
            return new Publication(null, Reasons.InvalidSpec, problem);

        var served = SpecText.Served(entity, generator.Definition.Path, observed.PathPolicy);
        if (GeneratorPath.Problem(served) is { } wrong)
            return new Publication(null, Reasons.InvalidSpec, $"spec.path: with the namespace before it {wrong}");
        generator = DefinitionDigest.Seal(
            generator with { Definition = generator.Definition with { Path = served, Uid = entity.Metadata.Uid ?? "" } });
        var (path, pool) = (generator.Definition.Path, generator.Definition.WorkerPool);
        if (observed.PathOwner is { } owner && owner != EntityKey.Of(entity))
            return new Publication(generator, Reasons.PathConflict,
                $"the path '{path}' belongs to {owner}, which is older; choose another spec.path or delete that object");
        if (pool != DefaultPool && !observed.Pools.Contains(pool))
            return new Publication(generator, Reasons.PoolNotFound,
                $"there is no WorkerPool '{pool}' in the operator's namespace; create it there, or name another one in spec.workerPool");
        if (observed.PoolAdmits is { } admitted)
            return new Publication(generator, Reasons.PoolNotAllowed,
                $"the WorkerPool '{pool}' does not allow generators of namespace '{entity.Metadata.NamespaceProperty}', it allows {admitted}; "
                + "name another one in spec.workerPool, or have the namespace added to its allowedNamespaces");
        if (observed.Stored is null)
            return new Publication(generator, Reasons.StoreUnavailable,
                "Redis can't be reached; nothing is lost, and the definition is published by itself when Redis is back");
        return new Publication(generator, Reasons.Published, "");
    }

    private const string DefaultPool = "default";

    // A script that is missing is waited for; anything else beside it has to be corrected first.
    private static string ReasonOf(IReadOnlyList<FieldProblem> problems) =>
        problems.All(p => p.Reason is not null) ? problems[0].Reason! : Reasons.InvalidSpec;

    // The reader leaves sizes to whoever stores the list.
    private static string? ListProblem(GeneratorScript generator) =>
        generator.Definition.Runtime == GeneratorRuntime.Static
        && TargetListBuilder.Build(Encoding.UTF8.GetBytes(generator.Script), new TargetListLimits()).Failure is { } failure
            ? $"spec.staticTargets: {failure.Message}"
            : null;
}
