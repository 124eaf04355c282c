using System.Text.Json.Serialization;
using HttpSd.Worker.Runner.Sandbox;

namespace HttpSd.Worker.Runner.Wire;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(RunRequest))]
[JsonSerializable(typeof(RunReply))]
[JsonSerializable(typeof(InterpreterRequest))]
[JsonSerializable(typeof(InterpreterFrame))]
[JsonSerializable(typeof(WallRules))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class WireJson : JsonSerializerContext;
