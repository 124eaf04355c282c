using HttpSd.Redis.Definitions;
using HttpSd.SdServer.Memory;
using HttpSd.ServiceDefaults;
using Prometheus;

namespace HttpSd.SdServer.Metrics;

/// <summary>How the generators and the memory stand, read at each scrape. What is unknown is absent.</summary>
internal sealed class GeneratorGauges
{
    private readonly DefinitionWatcher definitions;
    private readonly GeneratorStates states;
    private readonly ListMemory memory;
    private readonly Gauge targets;
    private readonly Gauge age;
    private readonly Gauge bytes;
    private readonly Gauge lists;
    private readonly Gauge declared;
    private readonly Gauge unknown;
    private readonly HashSet<string> shown = new(StringComparer.Ordinal);

    public GeneratorGauges(ProcessMetrics metrics, DefinitionWatcher definitions, GeneratorStates states, ListMemory memory)
    {
        (this.definitions, this.states, this.memory) = (definitions, states, memory);
        var f = metrics.Factory;
        targets = f.CreateGauge("httpsd_path_last_generated_targets", "Targets of the last good result without parameters.", ["path"]);
        age = f.CreateGauge("httpsd_path_last_success_age_seconds", "Age of the last good result without parameters.", ["path"]);
        bytes = f.CreateGauge("httpsd_server_memory_bytes", "What lists in memory take.");
        lists = f.CreateGauge("httpsd_server_memory_lists", "Lists in memory.");
        declared = f.CreateGauge("httpsd_server_generators", "Generators known to this server.");
        unknown = f.CreateGauge("httpsd_server_unknown_definitions", "Definitions left alone because this build doesn't know their schema.");
        metrics.Registry.AddBeforeCollectCallback(ReadAsync);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        bytes.Set(memory.Bytes);
        lists.Set(memory.Count);
        declared.Set(definitions.Table.Count);
        unknown.Set(definitions.Unknown);
        var read = await states.ReadAsync([.. definitions.Table.All.Select(d => d.Definition)], cancellationToken);
        lock (shown)
            Show(read);
    }

    private void Show(GeneratorState[] read)
    {
        var gone = shown.ToHashSet(StringComparer.Ordinal);
        shown.Clear();
        foreach (var state in read)
        {
            if (state.Entry?.Result is not { } result)
                continue;
            var path = state.Definition.Path;
            targets.WithLabels(path).Set(result.Targets);
            age.WithLabels(path).Set(Math.Max(0, (state.Now - result.Times.UpdatedAt).TotalSeconds));
            shown.Add(path);
            gone.Remove(path);
        }
        foreach (var path in gone)
        {
            targets.RemoveLabelled(path);
            age.RemoveLabelled(path);
        }
    }
}
