using HttpSd.Core.Requests;

namespace HttpSd.Worker.Agent;

/// <summary>Which generator a job is of. Jobs come from lists that anybody may push to.</summary>
internal static class JobPath
{
    /// <summary>The generator's path; null when the text is no full path.</summary>
    public static string? Of(string fullPath)
    {
        try
        {
            return RequestKey.Parse(fullPath).Path.Trim('/');
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
