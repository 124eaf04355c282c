using HttpSd.Core.Definitions;

namespace HttpSd.Core.Tests.Definitions;

public sealed class DefinitionUidTests
{
    private static readonly GeneratorScript Generator = Manifests.Generator("""{"script":"x"}""");

    [Fact]
    public void A_uid_is_stored_and_read_again()
    {
        var definition = Generator.Definition with { Uid = "6f1c" };
        DefinitionJson.Read(DefinitionJson.Write(definition), out _).Should().BeEquivalentTo(definition);
    }

    [Fact]
    public void A_definition_without_a_uid_is_stored_without_the_word() =>
        DefinitionJson.Write(Generator.Definition).Should().NotContain("uid");

    [Fact]
    public void The_uid_does_not_make_a_generator_another_one() =>
        DefinitionDigest.Seal(Generator with { Definition = Generator.Definition with { Uid = "6f1c" } }).Definition.Hash
            .Should().Be(Generator.Definition.Hash);
}
