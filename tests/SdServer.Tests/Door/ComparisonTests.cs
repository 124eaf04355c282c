using System.Diagnostics;
using System.Text;
using HttpSd.SdServer.Door;

namespace HttpSd.SdServer.Tests.Door;

/// <summary>How long a comparison takes says nothing of how near a guess was, nor of which credential it hit.</summary>
public sealed class ComparisonTests
{
    private const int Rounds = 200, Times = 50;

    [Fact]
    public void A_guess_takes_as_long_however_near_it_is()
    {
        var known = Enumerable.Range(0, 40).Select(n => Encoding.ASCII.GetBytes($"a-token-that-is-good-{n:00}")).ToList();
        var set = new CredentialSet(known);
        string[] guesses = ["a-token-that-is-good-00", "a-token-that-is-good-39", "a-token-that-is-good-0x", "x-token-that-is-good-00", "xxxxxxxxxxxxxxxxxxxxxxx"];

        // In turns, and of each the quickest: what else the machine does only ever adds.
        var quickest = guesses.ToDictionary(g => g, _ => long.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var guess in guesses)
                quickest[guess] = Math.Min(quickest[guess], TicksOf(set, Encoding.ASCII.GetBytes(guess)));
        }

        guesses.Count(g => set.Contains(Encoding.ASCII.GetBytes(g))).Should().Be(2);
        ((double)quickest.Values.Max() / quickest.Values.Min()).Should().BeLessThan(1.5);
    }

    private static long TicksOf(CredentialSet set, byte[] guess)
    {
        var since = Stopwatch.GetTimestamp();
        for (var n = 0; n < Times; n++)
            set.Contains(guess);
        return Stopwatch.GetTimestamp() - since;
    }
}
