using System.Net;
using HttpSd.Operator.Runtime.Client;
using k8s.Autorest;

namespace HttpSd.Operator.Tests.Runtime.Client;

/// <summary>What proxies, gateways and other servers say in an API server's place.</summary>
public class ErrorBodyTests
{
    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("\"no\"")]
    [InlineData("{\"code\":\"bad_gateway\"}")]
    [InlineData("{\"code\":{}}")]
    [InlineData("{\"code\":1.5}")]
    [InlineData("{\"code\":99999999999}")]
    [InlineData("{\"reason\":[],\"message\":7}")]
    [InlineData("{\"message\":\"\\ud800\"}")]
    [InlineData("{\"details\":7}")]
    [InlineData("{\"details\":{\"causes\":[7,null,{\"reason\":7}]}}")]
    [InlineData("{\"message\":\"cut")]
    public void A_body_that_is_no_status_says_nothing_and_breaks_nothing(string body)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.BadGateway);
        var error = new HttpOperationException("refused") { Response = new HttpResponseMessageWrapper(response, body) };

        ServerStatus.Parse(body).Should().Be(new ServerStatus(0, "", "", false));
        Refusal.Describe(error).Should().Be("refused");
    }

    [Fact]
    public void A_status_is_told_in_its_own_words()
    {
        using var response = new HttpResponseMessage(HttpStatusCode.Forbidden);
        var error = new HttpOperationException("refused")
        {
            Response = new HttpResponseMessageWrapper(response, "{\"kind\":\"Status\",\"message\":\"leases is forbidden\",\"code\":403}"),
        };

        Refusal.Describe(error).Should().Be("403 leases is forbidden");
    }
}
