namespace HttpSd.Operator.Scaling;

/// <summary>How small a pool may be made now.</summary>
internal static class Shrinking
{
    /// <summary>A decrease that is followed by an increase so soon was too early.</summary>
    private static readonly TimeSpan Regret = TimeSpan.FromSeconds(300);

    /// <summary>So long without such a one makes the window shorter again.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(600);

    // However long a window is asked for: marks are kept in memory.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    /// <summary>Adds what is needed now, and forgets what no window reaches to any more.</summary>
    public static ScalingState Remember(ScalingState state, Mark mark, ScalingSpec spec)
    {
        var rule = spec.ScaleDown;
        var reach = Longest(rule.LoadWindow, rule.LongestBacklogWindow, rule.BacklogWindow);
        var marks = state.Marks.Where(m => mark.At - m.At < (reach < Memory ? reach : Memory)).ToList();
        // Asked in between: one mark for both, so that their number stays bounded.
        if (marks.Count > 0 && mark.At - marks[^1].At < spec.Interval / 2)
        {
            var last = marks[^1];
            marks[^1] = last with { Load = Math.Max(last.Load, mark.Load), Now = Math.Max(last.Now, mark.Now) };
        }
        else
        {
            marks.Add(mark);
        }
        return state with { Marks = [.. marks] };
    }

    /// <summary>The least that the windows allow.</summary>
    public static int Floor(ScalingState state, DateTimeOffset now, ScalingSpec spec)
    {
        var (rule, floor) = (spec.ScaleDown, 0);
        var backlog = BacklogWindow(state, rule);
        foreach (var mark in state.Marks)
        {
            var age = now - mark.At;
            if (age < rule.LoadWindow || age <= TimeSpan.Zero)
                floor = Math.Max(floor, mark.Load);
            if (age < backlog || age <= TimeSpan.Zero)
                floor = Math.Max(floor, mark.Now);
        }
        return floor;
    }

    /// <summary>Whether so small a step is not worth it.</summary>
    public static bool IsDead(int from, int to, int min, ScalingSpec spec) =>
        to != min && from - to < from * Math.Clamp(spec.ScaleDown.DeadbandPercent, 0, 100) / 100.0;

    /// <summary>Notes which way it goes, and keeps a backlog's need for longer when it goes up soon after it went down.</summary>
    public static ScalingState Turn(ScalingState state, int from, int to, DateTimeOffset now, ScalingSpec spec)
    {
        var rule = spec.ScaleDown;
        var window = BacklogWindow(state, rule);
        if (to < from)
            return state with { LoweredAt = now };
        if (to > from)
        {
            var regretted = state.LoweredAt is { } lowered && now - lowered < Regret && !(state.RaisedAt >= lowered);
            state = state with { RaisedAt = now };
            return regretted && window < rule.LongestBacklogWindow
                ? state with { BacklogWindow = window > rule.LongestBacklogWindow / 2 ? rule.LongestBacklogWindow : window * 2, WindowAt = now }
                : state;
        }
        return window > rule.BacklogWindow && now - state.WindowAt >= Calm
            ? state with { BacklogWindow = Longest(window / 2, rule.BacklogWindow), WindowAt = now }
            : state;
    }

    private static TimeSpan BacklogWindow(ScalingState state, ScaleDownRule rule) => Longest(state.BacklogWindow, rule.BacklogWindow);

    private static TimeSpan Longest(params ReadOnlySpan<TimeSpan> values)
    {
        var longest = TimeSpan.Zero;
        foreach (var value in values)
            longest = value > longest ? value : longest;
        return longest;
    }
}
