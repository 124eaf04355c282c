using System.Security.Cryptography;
using System.Text;

namespace HttpSd.Core.Definitions;

/// <summary>Computes <see cref="GeneratorDefinition.Hash"/>.</summary>
public static class DefinitionDigest
{
    /// <summary>The same script, its definition carrying the digest of both.</summary>
    /// <remarks>
    /// <see cref="GeneratorDefinition.Name"/>, <see cref="GeneratorDefinition.Uid"/> and
    /// <see cref="GeneratorDefinition.DeclaredIn"/> are left out: a generator that moves to another file or object but
    /// says the same is the same, and its results stay good.
    /// </remarks>
    public static GeneratorScript Seal(GeneratorScript script)
    {
        var bare = script.Definition with { Hash = "", Name = "", Uid = "", DeclaredIn = null };
        var text = DefinitionJson.Write(bare) + "\n" + script.Script;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
        return script with { Definition = script.Definition with { Hash = digest } };
    }
}
