using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;

namespace HttpSd.Redis.Definitions;

/// <summary>What is stored at a path.</summary>
/// <param name="Exists">Something is.</param>
/// <param name="Complete">A publisher has said that everything is published: what isn't there was removed.</param>
/// <param name="Definition">Null: nothing is stored, or a schema that isn't known here.</param>
public sealed record StoredAt(bool Exists, bool Complete, GeneratorDefinition? Definition)
{
    /// <summary>The definition was removed, and not only lost or not understood.</summary>
    public bool IsRemoved => Complete && !Exists;
}

/// <summary>A pool in which jobs of a path may still be: its definition was removed or has moved to another pool.</summary>
/// <param name="Pool">The pool.</param>
/// <param name="Path">The generator's path.</param>
/// <param name="FullPath">Of its run without parameters.</param>
public sealed record RemovalNote(string Pool, string Path, string FullPath)
{
    /// <summary>Of a path with this definition; null: it can't be read, or is gone already.</summary>
    public static RemovalNote Of(string path, GeneratorDefinition? definition) => new(
        definition?.WorkerPool ?? Keys.DefaultPool,
        path,
        (definition is null ? new RequestKey(path, []) : BareRun.KeyOf(definition)).FullPath);

    internal string Field => Pool + "/" + Path;
}
