using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace HttpSd.SdServer.Door;

/// <summary>Asks the API server whose a token is, and what that one may do.</summary>
internal sealed class ReviewClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private const int MaxAtOnce = 16;
    private const int MaxAnswerBytes = 1 << 20;

    private readonly AuthOptions options;
    private readonly HttpClient http;

    public ReviewClient(IOptions<AuthOptions> options)
    {
        this.options = options.Value;
        var handler = new SocketsHttpHandler
        {
            MaxConnectionsPerServer = MaxAtOnce,
            AllowAutoRedirect = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = IsApiServer },
        };
        http = new HttpClient(handler) { Timeout = Timeout, MaxResponseContentBufferSize = MaxAnswerBytes };
    }

    /// <summary>TokenReview: the user; null when the token is not good.</summary>
    public async Task<JsonObject?> UserAsync(string token)
    {
        var spec = new JsonObject { ["token"] = token };
        if (options.Audiences.Count > 0)
            spec["audiences"] = new JsonArray([.. options.Audiences.Select(a => JsonValue.Create(a))]);
        var status = await ReviewAsync("authentication.k8s.io", "TokenReview", spec);
        if (status?["authenticated"]?.GetValue<bool>() != true)
            return null;
        // An API server that knows no audiences says none: then the token is not for us.
        var named = status["audiences"] is JsonArray audiences ? audiences.Select(a => a?.GetValue<string>()) : [];
        if (options.Audiences.Count > 0 && !named.Any(a => options.Audiences.Contains(a)))
            return null;
        return status["user"] as JsonObject;
    }

    /// <summary>SubjectAccessReview.</summary>
    /// <param name="user">Of whom.</param>
    /// <param name="right">What.</param>
    /// <param name="space">The namespace; empty: all.</param>
    /// <param name="name">The generator; empty: all.</param>
    public async Task<bool> MayAsync(JsonObject user, Right right, string space, string name)
    {
        var spec = new JsonObject
        {
            ["resourceAttributes"] = new JsonObject
            {
                ["verb"] = right.Verb,
                ["group"] = "httpsd.io",
                ["resource"] = "targetgenerators",
                ["subresource"] = right.Subresource,
                ["namespace"] = space,
                ["name"] = name,
            },
            ["user"] = user["username"]?.DeepClone(),
            ["uid"] = user["uid"]?.DeepClone(),
            ["groups"] = user["groups"]?.DeepClone(),
            ["extra"] = user["extra"]?.DeepClone(),
        };
        var status = await ReviewAsync("authorization.k8s.io", "SubjectAccessReview", spec);
        return status?["allowed"]?.GetValue<bool>() == true && status["denied"]?.GetValue<bool>() != true;
    }

    public void Dispose() => http.Dispose();

    private async Task<JsonNode?> ReviewAsync(string group, string kind, JsonObject spec)
    {
        var review = new JsonObject { ["apiVersion"] = group + "/v1", ["kind"] = kind, ["spec"] = spec };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Address()}/apis/{group}/v1/{kind.ToLowerInvariant()}s");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(options.ApiServerTokenFile)).Trim());
        request.Content = new StringContent(review.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        // Also a body that is no object is a failure to answer, never an answer.
        return JsonNode.Parse(await response.Content.ReadAsStringAsync()) is JsonObject answer
            ? answer["status"]
            : throw new JsonException($"the {kind} came back as something else");
    }

    private string Address()
    {
        if (options.ApiServer.Length > 0)
            return options.ApiServer.TrimEnd('/');
        var host = Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_HOST")
            ?? throw new HttpRequestException("neither Server:Auth:ApiServer nor KUBERNETES_SERVICE_HOST is set");
        return $"https://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{Environment.GetEnvironmentVariable("KUBERNETES_SERVICE_PORT") ?? "443"}";
    }

    private bool IsApiServer(object sender, X509Certificate? certificate, X509Chain? given, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None)
            return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(options.ApiServerCaFile);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (given is not null)
            chain.ChainPolicy.ExtraStore.AddRange(given.ChainPolicy.ExtraStore);
        return chain.Build(shown);
    }
}
