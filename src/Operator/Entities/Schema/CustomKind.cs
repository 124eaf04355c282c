namespace HttpSd.Operator.Entities.Schema;

/// <summary>A kind of ours: what its CustomResourceDefinition says beside the fields.</summary>
/// <param name="Entity">The object's type, with its description and columns.</param>
/// <param name="Spec">The fields of <c>spec</c>.</param>
/// <param name="Status">The fields of <c>status</c>.</param>
/// <param name="Name">The kind.</param>
/// <param name="Plural">As in URLs and in <c>kubectl get</c>.</param>
/// <param name="ShortName">For people who type.</param>
/// <param name="Wanted">Describes <c>spec</c>.</param>
internal sealed record CustomKind(Type Entity, Type Spec, Type Status, string Name, string Plural, string ShortName, string Wanted)
{
    public static CustomKind TargetGenerators { get; } = new(
        typeof(TargetGenerator), typeof(TargetGeneratorSpec), typeof(TargetGeneratorStatus),
        TargetGenerator.KindName, TargetGenerator.Plural, "tg",
        "What is wanted: where the targets come from, where they are served and for how long.");

    public static CustomKind WorkerPools { get; } = new(
        typeof(WorkerPool), typeof(WorkerPoolSpec), typeof(WorkerPoolStatus),
        WorkerPool.KindName, WorkerPool.Plural, "wp",
        "What is wanted: which Deployment is scaled, within which bounds, and for whom.");

    public static IReadOnlyList<CustomKind> All { get; } = [TargetGenerators, WorkerPools];
}
