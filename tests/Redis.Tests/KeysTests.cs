using System.Text;
using StackExchange.Redis;

namespace HttpSd.Redis.Tests;

public sealed class KeysTests
{
    [Fact]
    public void The_lists_have_the_documented_names()
    {
        var keys = new Keys("", Cluster: false);
        Names(keys.Queue("default")[..2]).Should().Equal("target_generation_queue", "target_generation_queue:processing");
        Names(keys.Queue("gpu")[..2]).Should().Equal("target_generation_queue.gpu", "target_generation_queue.gpu:processing");
        Names(new Keys("team:", Cluster: false).Queue("default")[..2])
            .Should().Equal("team:target_generation_queue", "team:target_generation_queue:processing");
    }

    [Fact]
    public void In_a_cluster_the_second_list_has_the_documented_tag()
    {
        Names(new Keys("", Cluster: true).Queue("default")[..2])
            .Should().Equal("target_generation_queue", "{target_generation_queue}:processing");
        Names(new Keys("team:", Cluster: true).Queue("default")[..2])
            .Should().Equal("team:target_generation_queue", "{team:target_generation_queue}:processing");
    }

    [Theory]
    [InlineData("", "default")]
    [InlineData("", "gpu")]
    [InlineData("team:", "default")]
    [InlineData("team:", "gpu")]
    public void In_a_cluster_the_keys_of_one_script_share_a_slot(string prefix, string pool)
    {
        var keys = new Keys(prefix, Cluster: true);

        Slots(keys.Queue(pool)).Should().ContainSingle();
        Slots(keys.Result("/targets/a?x=%7B1%7D")).Should().ContainSingle();
        Slots([.. keys.Definitions, keys.Removals, keys.Reloads]).Should().ContainSingle();
    }

    [Fact]
    public void The_usual_queue_lives_in_the_slot_that_redis_computes_for_it()
    {
        // CLUSTER KEYSLOT target_generation_queue
        Slots(new Keys("", Cluster: true).Queue("default")).Should().Equal(181);
    }

    [Fact]
    public void In_a_cluster_results_spread_over_the_slots()
    {
        var keys = new Keys("", Cluster: true);

        Slots([.. Enumerable.Range(0, 100).Select(i => keys.Meta($"/targets/{i}"))]).Should().HaveCountGreaterThan(90);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_key_and_channel_carries_the_prefix(bool cluster)
    {
        var keys = new Keys("team:", cluster);
        RedisKey[] all = [.. keys.Queue("default"), .. keys.Result("/targets/a"), .. keys.Definitions, keys.Variants("a")];

        Names(all).Should().OnlyContain(name => name.Contains("team:"));
        new[] { keys.Wake("default"), keys.Changed, keys.Outcomes, keys.Cleared, keys.DefinitionsChanged }
            .Should().OnlyContain(channel => channel.ToString().StartsWith("team:", StringComparison.Ordinal));
        Names(all).Should().OnlyHaveUniqueItems();
    }

    private static IEnumerable<string> Names(IEnumerable<RedisKey> keys) => keys.Select(key => key.ToString());

    private static IReadOnlyList<int> Slots(IEnumerable<RedisKey> keys) => [.. keys.Select(key => Slot(key.ToString())).Distinct()];

    // The cluster specification: CRC16 (XMODEM) of the first non-empty tag in braces, else of the whole name.
    private static int Slot(string key)
    {
        var open = key.IndexOf('{', StringComparison.Ordinal);
        var close = open < 0 ? -1 : key.IndexOf('}', open + 1);
        var hashed = close > open + 1 ? key[(open + 1)..close] : key;
        var crc = 0;
        foreach (var octet in Encoding.UTF8.GetBytes(hashed))
        {
            crc ^= octet << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) != 0 ? ((crc << 1) ^ 0x1021) & 0xFFFF : (crc << 1) & 0xFFFF;
        }
        return crc % 16384;
    }
}
