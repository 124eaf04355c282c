using HttpSd.Core.Definitions;

namespace HttpSd.SdServer.Tests;

public sealed class ContractTests : IAsyncLifetime
{
    private const string Body = """[{"targets":["10.0.1.1:9100"],"labels":{"job":"node"}}]""";

    private RedisServer redis = null!;

    public async ValueTask InitializeAsync() => redis = await RedisServer.StartAsync();

    public ValueTask DisposeAsync() => redis.DisposeAsync();

    private static GeneratorDefinition Generator(string path) => new() { Path = path, Name = "test/" + path };

    [Fact]
    public async Task A_first_request_misses_and_the_result_of_its_job_is_served()
    {
        await using var server = await TestServer.StartAsync(redis);
        await server.PublishAsync(Generator("my-service"));
        await server.DrainAsync();

        var miss = await server.GetAsync("/targets/my-service");
        (miss.Status, miss.ContentType, miss.Body, miss["Retry-After"]).Should()
            .Be((503, "application/json", """{"error":"cache miss"}""", "5"));

        await server.RunNextAsync(Body);
        var hit = await server.GetAsync("/targets/my-service");
        (hit.Status, hit.ContentType, hit.Body, hit["Age"]).Should().Be((200, "application/json", Body, "0"));

        var again = await server.GetAsync("/targets/my-service");
        (again.Status, again.Body, again["ETag"]).Should().Be((200, Body, hit["ETag"]));
    }

    [Fact]
    public async Task An_unknown_path_is_not_found_and_enqueues_nothing()
    {
        await using var server = await TestServer.StartAsync(redis);
        await server.PublishAsync(Generator("known"));
        await server.DrainAsync();

        var reply = await server.GetAsync("/targets/unknown");
        (reply.Status, reply.ContentType, reply.Body).Should().Be((404, "application/json", """{"error":"not found"}"""));
        (await server.DrainAsync()).Should().BeEmpty();
    }
}
