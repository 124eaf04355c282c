using System.Text;

namespace HttpSd.Cli.Tests.Docs;

/// <summary>A <c>bash</c> block of a page, and the block behind it that shows its answer, if there is one.</summary>
internal sealed record GuideStep(int Line, string Command, string AnswerKind, string Answer)
{
    private const string Fence = "```";

    public static IReadOnlyList<GuideStep> Parse(IReadOnlyList<string> lines)
    {
        var steps = new List<GuideStep>();
        var answerable = false;
        for (var i = 0; i < lines.Count; i++)
        {
            if (!lines[i].StartsWith(Fence, StringComparison.Ordinal))
            {
                answerable &= string.IsNullOrWhiteSpace(lines[i]);
                continue;
            }
            var (kind, start, block) = (lines[i][Fence.Length..].Trim(), i + 1, new StringBuilder());
            while (++i < lines.Count && lines[i] != Fence)
                block.Append(lines[i]).Append('\n');
            if (kind == "bash")
                steps.Add(new GuideStep(start, block.ToString(), "", ""));
            else if (answerable && kind is "json" or "text")
                steps[^1] = steps[^1] with { AnswerKind = kind, Answer = block.ToString() };
            answerable = kind == "bash";
        }
        return steps;
    }
}
