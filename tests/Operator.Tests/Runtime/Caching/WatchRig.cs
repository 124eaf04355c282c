using HttpSd.Operator.Tests.Runtime.Scripted;
using static HttpSd.Operator.Tests.Runtime.Scripted.Answers;

namespace HttpSd.Operator.Tests.Runtime.Caching;

/// <summary>A reflector whose list holds two things and whose watch is the test's.</summary>
internal static class WatchRig
{
    public static readonly string[] Before = [Thing("a", "1"), Thing("gone", "2")];

    public static Task<ReflectorRig<Thing>> RigAsync(
        Func<Microsoft.AspNetCore.Http.HttpContext, int, Task> watch,
        Func<Microsoft.AspNetCore.Http.HttpContext, int, Task>? list = null,
        HttpSd.Operator.Runtime.Caching.ReflectorOptions? options = null) =>
        ReflectorRig<Thing>.StartAsync(
            api =>
            {
                (api.Watch, api.List) = (watch, list ?? ((c, _) => c.ItemsAsync("5", Before)));
                return Task.CompletedTask;
            },
            options);

    public static IEnumerable<string> Versions(ReflectorRig<Thing> rig) =>
        rig.Api.Requests.Where(r => r.Contains("watch=1", StringComparison.Ordinal))
            .Select(r => System.Web.HttpUtility.ParseQueryString(r[r.IndexOf('?', StringComparison.Ordinal)..])["resourceVersion"]!);
}
