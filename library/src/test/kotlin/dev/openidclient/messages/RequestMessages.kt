package dev.openidclient.messages

import dev.openidclient.authorization.AuthorizationRequest
import dev.openidclient.authorization.AuthorizationRequestBuilder
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.authorization.authorizationUrl
import dev.openidclient.authorization.byReference
import dev.openidclient.authorization.push
import dev.openidclient.authorization.sign
import dev.openidclient.ciba.PingNotification
import dev.openidclient.ciba.backchannelAuthentication
import dev.openidclient.client.AuthorizationDetail
import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.client.findIssuer
import dev.openidclient.dpop.Dpop
import dev.openidclient.http.HttpBody
import dev.openidclient.http.HttpHeaders
import dev.openidclient.http.HttpRequest
import dev.openidclient.http.HttpResponse
import dev.openidclient.http.Parameters
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.RecordingTransport
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerPush
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.response
import dev.openidclient.testing.serverMetadata
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.grant
import dev.openidclient.token.introspect
import dev.openidclient.token.jwtBearerGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.revoke
import dev.openidclient.token.tokenExchangeGrant
import dev.openidclient.userinfo.userInfo
import dev.openidclient.userinfo.userInfoByPost
import java.time.Duration

private val KEY by lazy { SigningKey.generate("ES256") }

private fun request(
    settings: ClientSettings.() -> Unit = {},
    configure: AuthorizationRequestBuilder.() -> Unit = {},
): AuthorizationRequest = StubServer().client(everyEndpoint(), settings).authorizationRequest(configure)

/** Authorization requests. */
internal suspend fun Messages.authorizationRequests() {
    of { request { parameter("client_id", "x") } }
    of { request { parameter("code_challenge", "x") } }
    of { request { parameter("redirect_uri", "x").parameter("state", "x") } }
    of { request { state("") } }
    of { request { maxAge(Duration.ofSeconds(-1)) } }
    of { request { maxAge(Duration.ofSeconds(Long.MAX_VALUE)) } }
    of { request { responseMode("jwt") } }
    of { request({ useJwtResponseMode() }) { responseMode("query") } }
    of { request { claims("[]") } }
    of { request { requireAcr() } }
    of { request { acrValues("a").requireAcr() } }
    of { request().requestObjectOnly() }
    of { StubServer().client { useIdTokenResponseType() }.authorizationUrl(Parameters.EMPTY) }
    of { AuthorizationDetail(jsonObject("{}")) }
    val client = StubServer().answerPush().client(everyEndpoint())
    val other = StubServer().client(serverMetadata("issuer" to text("https://b.example.com"))).authorizationRequest()
    of { client.sign(other, KEY) }
    of { client.push(client.push(client.authorizationRequest())) }
    of { client.sign(client.push(client.authorizationRequest()), KEY) }
    of { client.sign(request { parameter("max_age", "soon") }, KEY) }
    of { client.sign(request { parameter("claims", "[]") }, KEY) }
    of { client.sign(request { parameter("claims", "x") }, KEY) }
    of { client.sign(request { parameter("authorization_details", "{}") }, KEY) }
    of { client.byReference(client.authorizationRequest(), "https://rp.example.com/1") }
    val signed = client.sign(client.authorizationRequest(), KEY)
    of { client.byReference(signed, "/requests/1") }
    of { client.byReference(signed, "https://rp.example.com/1#x") }
    of { client.byReference(signed, "https://rp.example.com/".padEnd(500, 'x')) }
    val refusing = everyEndpoint("request_uri_parameter_supported" to json("false"))
    of {
        StubServer().client(refusing).run {
            byReference(sign(authorizationRequest(), KEY), "https://rp.example.com/1")
        }
    }
    of { request { claims { idToken("") } } }
    val listing = everyEndpoint("prompt_values_supported" to json("""["login"]"""))
    of { StubServer().client(listing).authorizationRequest { prompt("create") } }
    val tokens = StubServer().answerTokens("id_token" to idToken()).client().grant("urn:x")
    val elsewhere = StubServer().client(everyEndpoint("issuer" to text("https://b.example.com")))
    of { elsewhere.authorizationRequest { idTokenHint(tokens) } }
    val steps =
        listOf("require_signed_request_object", "require_pushed_authorization_requests").map {
            it to
                json("true")
        }
    for (required in listOf(listOf(steps[0]), listOf(steps[1]), steps)) {
        val demanding = StubServer().answerPush().client(everyEndpoint(*required.toTypedArray()))
        of { demanding.authorizationRequest().url }
        of { demanding.authorizationUrl(Parameters.EMPTY) }
        if (required.size == 2) of { demanding.push(demanding.authorizationRequest()).url }
    }
    of { request({ metadata { member("require_signed_request_object", json("true")) } }).url }
}

/** Requests to the token endpoint, and with tokens. */
internal suspend fun Messages.tokenRequests() {
    val client = StubServer().answerTokens("token_type" to text("DPoP")).client(everyEndpoint())
    val bound = client.clientCredentialsGrant()
    of { client.clientCredentialsGrant { parameter("grant_type", "x") } }
    of { client.grant("") }
    of { client.refreshTokenGrant("") }
    of { client.refreshTokenGrant(bound) }
    of { client.tokenExchangeGrant("") }
    of { client.tokenExchangeGrant("x", "") }
    of { client.jwtBearerGrant("") }
    of { client.introspect("") }
    of { client.revoke("") }
    of { client.userInfo(bound) }
    of { client.userInfo("", "sub") }
    of { client.userInfo("t0ken", "") }
    of { client.resource("https://api.example.com/", bound) }
    of { client.resource("/things", "t0ken") }
    of { client.resource("http://api.example.com/", "t0ken") }
    of { client.resource("https://api.example.com/", "") }
    of { client.resource("https://api.example.com/", "t0ken") { header("Authorization", "x") } }
    of { client.resource("https://api.example.com/", "t0ken") { header("Content-Type", "x") } }
    of { client.resource("https://api.example.com/", "t0ken") { method = "GET /" } }
    of { client.resource("https://api.example.com/", "t0ken") { header("a b", "x") } }
    of { client.resource("https://api.example.com/", "t0ken") { header("a", "x\n") } }
    of { client.resource("https://api.example.com/", "t0ken") { header("a", "é") } }
    of { client.resource("https://api.example.com/", "t0ken") { header("Host", "x") } }
    of { client.resource("https://api.example.com/", "t\u00EFken") }
    of { HttpBody.text("none", "x") }
    of { HttpRequest("POST", "https://a.example/", HttpHeaders.of("content-type" to "x"), HttpBody.json("{}")) }
    of {
        tokensOf(StubServer().answerTokens("token_type" to text("DPoP"), "id_token" to idToken()).client()).let {
            client.userInfoByPost(it)
        }
    }
    of { client.backchannelAuthentication { } }
    of { client.backchannelAuthentication { loginHint("a").idTokenHint("b") } }
    of { client.backchannelAuthentication { loginHint("a").requestedExpiry(Duration.ZERO) } }
    of { client.backchannelAuthentication { parameter("request", "x").sign(KEY) } }
    of { bound.isExpiring(Duration.ofSeconds(-1)) }
}

private suspend fun find(
    answer: HttpResponse,
    identifier: String = "joe@example.com",
    permitted: Boolean = true,
): String =
    OpenIdClient.findIssuer(identifier) {
        connection {
            transport = RecordingTransport { answer }
            permitUrl { permitted }
        }
    }

/** The issuer of a person, and pings for the decision of one. */
internal suspend fun Messages.peopleElsewhere() {
    of { find(response("{}"), "=joe") }
    of { find(response("{}"), "acct:joe") }
    of { find(response("{}"), permitted = false) }
    of { find(response("{}")) }
    val link = """{"rel":"http://openid.net/specs/connect/1.0/issuer","href":"%s"}"""
    val two = listOf("https://a.example.com", "https://b.example.com").joinToString(",") { link.format(it) }
    of { find(response("""{"links":[$two]}""")) }
    of { find(response("No", 404, "text/plain")) }
    val headers = HttpHeaders.received(mapOf("authorization" to listOf("Bearer x")))
    of { PingNotification.read(HttpHeaders.EMPTY, "", "x") }
    of { PingNotification.read(headers, "", "x") }
    of { PingNotification.read(headers, "", "") }
}
