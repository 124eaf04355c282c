using System.Globalization;
using System.Text.Json;
using HttpSd.Operator.Runtime.Client;
using k8s;
using k8s.Models;

namespace HttpSd.Operator.Runtime.Caching;

/// <summary>Lists and watches one type within one scope. Every failure is an <see cref="ApiFaultException"/>.</summary>
internal sealed class ListWatch<TEntity>(
    ApiRequests requests, WatchScope scope, ReflectorOptions options, TimeProvider time, Jitter jitter, Action<TEntity> transform)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    public EntityResource Resource { get; } = EntityResource.Of<TEntity>();

    public WatchScope Scope => scope;

    /// <summary>
    /// A complete, consistent list. Without a version, since a cached one can be older than what was seen already;
    /// when the list expires between two pages, once more in one piece. What is dropped of an object is dropped as
    /// it is read: a whole list of large ones is never in memory.
    /// </summary>
    public async Task<EntityList<TEntity>> ListAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ListAsync(options.PageSize, cancellationToken);
        }
        catch (ApiFaultException e) when (e.Fault == Fault.Expired && options.WholeOnceExpired)
        {
            return await ListAsync(null, cancellationToken);
        }
    }

    /// <summary>A watch from a version on. Returning means that the server has taken it up.</summary>
    /// <param name="version">Where it goes on.</param>
    /// <param name="idle">The longest silence between two lines.</param>
    /// <param name="cancellationToken">Ends the opening; reading takes its own.</param>
    public async Task<WatchStream<TEntity>> OpenAsync(string version, TimeSpan idle, CancellationToken cancellationToken)
    {
        var life = jitter.Between(options.LeastWatch, options.LongestWatch);
        var response = await requests.GetAsync(scope.WatchQuery(Resource, version, life), options.HeaderTimeout, cancellationToken);
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            return new WatchStream<TEntity>(response, body, Resource, options, life, idle, time, transform);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<EntityList<TEntity>> ListAsync(int? limit, CancellationToken cancellationToken)
    {
        var entities = new List<TEntity>();
        var unreadable = new List<UnreadableEntity>();
        string? version = null;
        string? next = null;
        do
        {
            using var page = await PageAsync(scope.ListQuery(Resource, limit, next), cancellationToken);
            // Should pages differ, the first one's version replays what the later ones know; the last one's would lose it.
            version ??= EntityJson.VersionOf(page.RootElement);
            Read(page.RootElement, entities, unreadable);
            var following = EntityJson.Text(page.RootElement, "continue");
            if (!string.IsNullOrEmpty(following) && following == next)
                throw new ApiFaultException(Fault.Unreadable, "a list that doesn't go on");
            next = following;
        }
        while (!string.IsNullOrEmpty(next));
        return new EntityList<TEntity>(
            entities, unreadable, version ?? throw new ApiFaultException(Fault.Unreadable, "a list without resourceVersion"));
    }

    private async Task<JsonDocument> PageAsync(string query, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.PageTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            using var response = await requests.GetAsync(query, options.HeaderTimeout, either.Token);
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            return await JsonDocument.ParseAsync(body, default, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiFaultException(
                Fault.Unavailable, string.Create(CultureInfo.InvariantCulture, $"no whole page within {options.PageTimeout.TotalSeconds:0.#} s"), inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw ApiRequests.Broken(e);
        }
        catch (JsonException e)
        {
            throw new ApiFaultException(Fault.Unreadable, $"a list that is not JSON: {e.Message}", inner: e);
        }
    }

    // One by one: a single object of a wrong shape must not hide the others.
    private void Read(JsonElement page, List<TEntity> entities, List<UnreadableEntity> unreadable)
    {
        // An empty list may be null: Go's way to write it.
        if (page.ValueKind != JsonValueKind.Object || !page.TryGetProperty("items", out var items)
            || items.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null))
            throw new ApiFaultException(Fault.Unreadable, "a list without items");
        if (items.ValueKind == JsonValueKind.Null)
            return;
        foreach (var item in items.EnumerateArray())
        {
            try
            {
                var entity = EntityJson.Read<TEntity>(item, Resource);
                transform(entity);
                entities.Add(entity);
            }
            catch (JsonException e)
            {
                unreadable.Add(new UnreadableEntity(EntityJson.KeyOf(item), EntityJson.Text(item, "uid") ?? "", e.Message));
            }
        }
    }
}
