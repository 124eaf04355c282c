using CsCheck;
using HttpSd.Core.Definitions;
using HttpSd.Core.Requests;

namespace HttpSd.Core.Tests.Requests;

public sealed class ParameterRulesTests
{
    private static readonly GeneratorDefinition Open = new() { Path = "x", Name = "default/x" };

    private static readonly GeneratorDefinition Declared = Open with
    {
        Parameters =
        [
            new ParameterDefinition("env", "prod", ["prod", "staging"]),
            new ParameterDefinition("dc", Pattern: "[a-z]{2}[0-9]|any"),
            new ParameterDefinition("back", Pattern: @"(.)\1"),
        ],
    };

    [Theory]
    [InlineData("", "/targets/x?env=prod")]
    [InlineData("env=staging", "/targets/x?env=staging")]
    [InlineData("dc=de1", "/targets/x?dc=de1&env=prod")]
    [InlineData("back=aa", "/targets/x?back=aa&env=prod")]
    public void Defaults_are_filled_in_and_allowed_values_taken(string query, string fullPath) =>
        Resolve(Declared, query).Key!.FullPath.Should().Be(fullPath);

    [Theory]
    [InlineData("env=test", "parameter 'env' is 'test', allowed are prod, staging")]
    [InlineData("env=", "parameter 'env' is '', allowed are prod, staging")]
    [InlineData("ENV=prod", "parameter 'ENV' is not known here, this generator takes env, dc, back")]
    [InlineData("dc=de11", "parameter 'dc' is 'de11', which does not match [a-z]{2}[0-9]|any")]
    [InlineData("dc=de1%0A", "parameter 'dc' has a control character (U+000A)")]
    [InlineData("back=ab", @"parameter 'back' is 'ab', which does not match (.)\1")]
    public void Anything_else_is_refused_by_name(string query, string refusal) =>
        Resolve(Declared, query).Should().Be(new ParameterResult(null, refusal));

    [Fact]
    public void Without_a_declaration_every_parameter_is_passed_on() =>
        Resolve(Open, "not-an-identifier=1&class=2").Key!.FullPath.Should().Be("/targets/x?class=2&not-an-identifier=1");

    [Fact]
    public void An_empty_declaration_takes_no_parameter() =>
        Resolve(Open with { Parameters = [] }, "a=1").Refusal.Should().Be("parameter 'a' is not known here, this generator takes none");

    [Fact]
    public void A_static_generator_ignores_parameters() =>
        Resolve(Declared with { Runtime = GeneratorRuntime.Static }, "nonsense=1").Key!.FullPath.Should().Be("/targets/x");

    [Fact]
    public void More_than_32_parameters_are_refused() =>
        Resolve(Open, string.Join('&', Enumerable.Range(0, 33).Select(i => $"p{i}=1")))
            .Refusal.Should().Be("33 parameters are too many, at most 32 are taken");

    [Fact]
    public void A_key_longer_than_the_limit_is_refused() =>
        Resolve(Open, "a=" + new string('x', 2048)).Refusal.Should().Be("path and parameters have 2061 characters, at most 2048 are taken");

    [Fact]
    public void An_echoed_value_is_bounded()
    {
        var refusal = Resolve(Declared, "env=" + new string('x', 5000)).Refusal!;
        refusal.Should().Be($"parameter 'env' is '{new string('x', 99)}…', allowed are prod, staging");
        Resolve(Declared, new string('y', 1000) + "=1").Refusal.Should().NotContain(new string('y', 101));
    }

    [Fact]
    public void A_catastrophic_pattern_ends_within_its_timeout()
    {
        var slow = Open with { Parameters = [new ParameterDefinition("p", Pattern: @"(?=(a+)+$)(a+)+\1")] };
        Resolve(slow, "p=" + new string('a', 40) + "!").Refusal.Should().NotBeNull();
    }

    [Fact]
    public void A_broken_pattern_refuses_and_does_not_throw() =>
        Resolve(Open with { Parameters = [new ParameterDefinition("p", Pattern: "a)|(b")] }, "p=a")
            .Refusal.Should().Be("parameter 'p' can't be checked against its pattern a)|(b");

    [Theory]
    [InlineData("p=%00", "parameter 'p' has a control character (U+0000)")]
    [InlineData("p=a%0Ab", "parameter 'p' has a control character (U+000A)")]
    [InlineData("p%7F=a", "parameter 'p\uFFFD' has a control character (U+007F)")]
    [InlineData("a=1&p=%C2%85", "parameter 'p' has a control character (U+0085)")]
    [InlineData("=a", "a parameter has no name")]
    [InlineData("a=1&=", "a parameter has no name")]
    public void No_script_gets_a_control_character_or_a_parameter_without_a_name(string query, string refusal)
    {
        foreach (var runtime in new[] { GeneratorRuntime.Python, GeneratorRuntime.Exec })
            Resolve(Open with { Runtime = runtime }, query).Refusal.Should().Be(refusal);
        Resolve(Open with { Runtime = GeneratorRuntime.Static }, query).Refusal.Should().BeNull("lists ignore parameters");
    }

    [Theory]
    [InlineData("a-b=1&a_b=2", "parameters 'a-b' and 'a_b' are one environment variable, HTTPSD_PARAM_A_B")]
    [InlineData("x=0&Env=1&env=1", "parameters 'Env' and 'env' are one environment variable, HTTPSD_PARAM_ENV")]
    [InlineData("%C3%A4=1&%C3%B6=2", "parameters 'ä' and 'ö' are one environment variable, HTTPSD_PARAM__")]
    public void An_exec_script_gets_no_two_parameters_in_one_variable(string query, string refusal)
    {
        Resolve(Open with { Runtime = GeneratorRuntime.Exec }, query).Should().Be(new ParameterResult(null, refusal));
        foreach (var runtime in new[] { GeneratorRuntime.Python, GeneratorRuntime.Static })
            Resolve(Open with { Runtime = runtime }, query).Refusal.Should().BeNull("it has no such variables");
    }

    [Fact]
    public void Nor_one_beside_a_declared_default_which_alone_refuses_nothing()
    {
        var exec = Open with { Runtime = GeneratorRuntime.Exec, Parameters = [new("env", "prod"), new("ENV", "test"), new("zone")] };
        Resolve(exec, "ENV=x").Refusal.Should().Be("parameters 'ENV' and 'env' are one environment variable, HTTPSD_PARAM_ENV");
        Resolve(exec, "zone=x").Key!.FullPath.Should().Be("/targets/x?ENV=test&env=prod&zone=x");
        Resolve(exec, "").Key!.FullPath.Should().Be("/targets/x?ENV=test&env=prod");
    }

    [Fact]
    public void No_query_throws() => Gen.String.Sample(query =>
    {
        var result = Resolve(Declared, query);
        return result.Key is null != result.Refusal is null;
    });

    private static ParameterResult Resolve(GeneratorDefinition definition, string query) =>
        ParameterRules.Resolve(definition, RequestQuery.Parse(query));
}
