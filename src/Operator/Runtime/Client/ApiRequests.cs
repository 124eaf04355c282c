using System.Net;
using System.Text;
using k8s.Exceptions;

namespace HttpSd.Operator.Runtime.Client;

/// <summary>
/// GET beside the library's generated calls: with a limit for the headers, the stream as it comes, and every
/// failure as an <see cref="ApiFaultException"/>. Never tried again here.
/// </summary>
internal sealed class ApiRequests(k8s.Kubernetes kubernetes, TimeProvider time)
{
    private const int MaxErrorBytes = 16 * 1024;

    private readonly Uri root = new(kubernetes.BaseUri.AbsoluteUri.TrimEnd('/') + "/");

    /// <summary>The answer when it is a 200, its body unread.</summary>
    public async Task<HttpResponseMessage> GetAsync(string pathAndQuery, TimeSpan headersWithin, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, pathAndQuery))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Options.Set(RetryHandler.Off, true);
        request.Headers.Accept.ParseAdd("application/json");
        using var late = new CancellationTokenSource(headersWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
        try
        {
            if (kubernetes.Credentials is { } credentials)
                await credentials.ProcessHttpRequestAsync(request, either.Token);
            var response = await kubernetes.HttpClient.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (response.StatusCode == HttpStatusCode.OK)
                return response;
            using (response)
                throw await FaultOfAsync(response, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ApiFaultException(Fault.Unavailable, $"no answer within {headersWithin.TotalSeconds:0.#} s", inner: e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Broken(e);
        }
        catch (KubeConfigException e)
        {
            throw new ApiFaultException(Fault.Unauthorized, e.Message, inner: e);
        }
    }

    /// <summary>A connection that failed, with the innermost cause: the outer ones only say that there was one.</summary>
    public static ApiFaultException Broken(Exception e) => new(Fault.Unavailable, e.GetBaseException().Message, inner: e);

    private async Task<ApiFaultException> FaultOfAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var code = (int)response.StatusCode;
        var body = await ReadBodyAsync(response, cancellationToken);
        var status = ServerStatus.Parse(body) with { Code = code };
        var message = status.Message.Length > 0 ? status.Message : response.ReasonPhrase ?? "";
        return new ApiFaultException(status.Meaning, $"{code} {message}".TrimEnd(), RetryAfter.Of(response, time));
    }

    private static async Task<string> ReadBodyAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxErrorBytes];
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return Encoding.UTF8.GetString(buffer, 0, read);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return "";
        }
    }
}
