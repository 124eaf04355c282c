namespace HttpSd.Operator.Runtime.Client;

/// <summary>
/// Bounds a whole call, repetitions and body included; the library's own limit ends with the headers, and a
/// body that never ends would be waited for without one. Not for watches: bodies are read to their end here.
/// </summary>
internal sealed class DeadlineHandler(TimeSpan limit, TimeProvider time) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(RetryHandler.Off, out var off) && off)
            return await base.SendAsync(request, cancellationToken);
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        HttpResponseMessage? response = null;
        try
        {
            response = await base.SendAsync(request, either.Token);
            await response.Content.LoadIntoBufferAsync(either.Token);
            return response;
        }
        catch (OperationCanceledException e) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            response?.Dispose();
            throw new HttpRequestException($"No whole answer within {limit.TotalSeconds:0.#} s.", e);
        }
        catch
        {
            response?.Dispose();
            throw;
        }
    }
}
