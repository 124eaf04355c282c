using HttpSd.Operator.Entities;
using HttpSd.Operator.Kubernetes;
using HttpSd.Operator.Runs;
using HttpSd.Operator.Runtime.Caching;
using HttpSd.Operator.Runtime.LeaderElection;
using HttpSd.Operator.Store;
using HttpSd.Operator.Tests.Reconcile;
using HttpSd.Redis.Cache;
using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;
using HttpSd.Redis.Queue;
using Microsoft.Extensions.Options;

namespace HttpSd.Operator.Tests.Kubernetes;

public sealed class GeneratorControllerTests
{
    [Fact]
    public async Task A_deletion_that_Redis_does_not_take_is_tried_again_soon_however_often_it_was_tried()
    {
        await using var nowhere = new RedisConnection(Options.Create(new RedisOptions { Url = "redis://127.0.0.1:1" }));
        var (store, cache) = (new DefinitionStore(nowhere), new ResultCache(nowhere));
        var queue = new JobQueue(nowhere, Options.Create(new QueueOptions()), TimeProvider.System);
        using var definitions = new PublishedDefinitions(new DefinitionPublisher(store, queue, cache), store, new SingleProcess());
        var pace = new StatusPace(Options.Create(new OperatorOptions()), TimeProvider.System);
        var acts = new GeneratorActs(definitions, new LastGoodScripts(store), store, null!, null!, pace, null!, null!);
        var controller = new GeneratorController(null!, acts, new EntityStore<TargetGenerator>());

        var result = await controller.DeletedAsync(World.Generator("""{"script":"x"}"""), TestContext.Current.CancellationToken);

        (result.IsSuccess, result.RequeueAfter).Should().Be((false, TimeSpan.FromSeconds(5)));
    }
}
