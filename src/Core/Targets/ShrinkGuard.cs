using System.Globalization;
using HttpSd.Core.Runs;

namespace HttpSd.Core.Targets;

/// <summary>Holds back a list that lost more targets than its generator allows: a half-answering source looks just so.</summary>
public static class ShrinkGuard
{
    /// <summary>The failure of the run; null when the new list may take the old one's place.</summary>
    /// <param name="lastTargets">Targets of the last good result; null when there is none.</param>
    /// <param name="newTargets">Targets of the new one.</param>
    /// <param name="maxShrinkPercent">The largest share that may go; 100 allows everything.</param>
    public static RunFailure? Check(int? lastTargets, int newTargets, int maxShrinkPercent)
    {
        if (maxShrinkPercent >= 100 || lastTargets is not { } last || last <= 0)
            return null;

        var lost = (long)last - newTargets;
        return lost * 100 <= (long)last * maxShrinkPercent
            ? null
            : new RunFailure(
                FailureTypes.TargetsShrunk,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{newTargets:N0} targets instead of {last:N0}: {lost:N0} fewer ({lost * 100 / last} %), maxShrinkPercent is {maxShrinkPercent}"),
                "");
    }
}
