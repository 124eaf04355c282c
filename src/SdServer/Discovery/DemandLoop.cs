using HttpSd.Redis.Connection;
using HttpSd.Redis.Definitions;

namespace HttpSd.SdServer.Discovery;

/// <summary>Carries out what <see cref="Demand"/> was asked in the background.</summary>
internal sealed class DemandLoop(Demand demand, DefinitionWatcher definitions) : LoopService
{
    private const int Parallel = 16;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await System.Threading.Tasks.Parallel.ForEachAsync(
                demand.Background.ReadAllAsync(stoppingToken),
                new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken },
                async (item, _) => await CarryOutAsync(item, stoppingToken));
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task CarryOutAsync(BackgroundDemand item, CancellationToken cancellationToken)
    {
        try
        {
            // The generator may have gone or changed since the request.
            if (definitions.Table.Find(item.Key.Path) is not { } current)
                return;
            if (item.Refresh)
                await demand.AskAsync(current, item.Key, item.Slot, item.Seen);
            else
                await demand.TouchAsync(current.Definition, item.Key, cancellationToken);
        }
        catch (StoreUnavailableException)
        {
            // The list is served meanwhile, and the next poll asks again.
        }
        finally
        {
            if (item.Refresh)
            {
                lock (item.Slot.Gate)
                    item.Slot.RefreshPending = false;
            }
        }
    }
}
