package dev.openidclient.messages

import dev.openidclient.authorization.AuthorizationCodeChecks
import dev.openidclient.client.OpenIdClient
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jsonObject
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.tokenResponseJson
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.refreshTokenGrant
import dev.openidclient.token.verifyIdToken
import dev.openidclient.token.verifyJwt
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private val NOON = NOW.epochSecond

private val LOGOUT = json("""{"http://schemas.openid.net/event/backchannel-logout":{}}""")

private fun unsigned(
    algorithm: String,
    header: Map<String, JsonElement> = emptyMap(),
) = unverifiable(idTokenClaims(), algorithm, header)

/** What is no JWT, or none that can be taken. */
internal suspend fun Messages.jwts() {
    of { idTokenAnswer("a.b") }
    of { idTokenAnswer("a.b.c.d.e") }
    of { idTokenAnswer("a.b.c=") }
    of { idTokenAnswer("a.b.c") }
    of { idTokenAnswer("${TestKeys.base64Url("[]")}.b.c") }
    of { idTokenAnswer("${TestKeys.base64Url("""{"alg":"RS256"}""")}.${TestKeys.base64Url("x")}.c") }
    of { idTokenAnswer("${TestKeys.base64Url("""{"alg":"RS256"}""")}.${TestKeys.base64Url("1")}.c") }
    of { idTokenAnswer("${TestKeys.base64Url("{}")}.${TestKeys.base64Url("{}")}.c") }
    of { idTokenAnswer(unsigned("ES256")) }
    of { idTokenAnswer(unsigned("none")) }
    of { idTokenAnswer(unsigned("HS256")) { metadata { idTokenSignedResponseAlg("ES256") } } }
    of { idTokenAnswer(unsigned("HS256"), listing("HS256")) }
    of { idTokenAnswer(unsigned("XS256"), listing("XS256")) }
    of { StubServer().client(listing("HS256")).verifyIdToken(unsigned("HS256"), null) }
    of { idTokenAnswer(unsigned("RS256", mapOf("crit" to json("[]")))) }
    of { idTokenAnswer(unsigned("RS256", mapOf("typ" to text("at+jwt")))) }
    of { idTokenAnswer(unsigned("RS256", mapOf("typ" to number(1)))) }
    of { idTokenClaim("events" to LOGOUT) }
    of { idTokenClaim("exp" to text("soon")) }
    of { idTokenClaim("iss" to number(1)) }
    of { idTokenClaim("aud" to number(1)) }
    of { idTokenClaim("exp" to number(NOON - 60)) }
    of { idTokenClaim("nbf" to number(NOON + 60)) }
}

private fun listing(algorithm: String): AuthorizationServerMetadata =
    serverMetadata("id_token_signing_alg_values_supported" to json("""["$algorithm"]"""))

/** Claims of an ID Token. */
internal suspend fun Messages.idTokens() {
    of { idTokenClaim("sub" to null) }
    of { idTokenClaim("sub" to text("")) }
    of { idTokenClaim("iss" to text("https://evil.example.com")) }
    of { idTokenClaim("aud" to text("another client")) }
    of { idTokenClaim("aud" to json("[]")) }
    val audiences = json("""["$CLIENT_ID","https://api.example.com"]""")
    of { idTokenClaim("aud" to audiences) }
    of { idTokenClaim("aud" to audiences, "azp" to text("another client")) }
    of { idTokenClaim("aud" to audiences) { trustAudiences("https://other.example.com") } }
    of { idTokenClaim { metadata { requireAuthTime() } } }
    of { idTokenClaim("auth_time" to text("1")) { metadata { requireAuthTime() } } }
    of { idTokenClaim("at_hash" to number(1)) }
    of { idTokenClaim("at_hash" to text("x")) }
    of { checkedSignIn(checks = checks(NONCE)) }
    of { checkedSignIn(checks = checks(NONCE), claims = arrayOf("nonce" to text("x"))) }
    of { checkedSignIn(claims = arrayOf("nonce" to text("x"))) }
    val recent = checks().maxAge(Duration.ofMinutes(5))
    of { checkedSignIn(checks = recent) }
    of { checkedSignIn(checks = recent, claims = arrayOf("auth_time" to number(NOON - 3600))) }
    of { signInWith("id_token" to null) }
    of { signInWith("id_token" to idToken()) }
    of { signInWith("id_token" to idToken("nonce" to text(NONCE))) }
    of { signInWith("id_token" to idToken("nonce" to text(NONCE), "acr" to text("urn:low"))) }
}

private suspend fun signInWith(vararg changes: Pair<String, JsonElement?>) =
    clientOf("/token", tokenResponseJson(*changes).toString())
        .authorizationCodeGrant(callback(), pendingAuthorization(nonce = NONCE, requiredAcr = listOf("urn:high")))

/** ID Tokens that are compared with another one. */
internal suspend fun Messages.otherIdTokens() {
    suspend fun refreshed(
        earlier: Pair<String, JsonElement?>,
        later: Pair<String, JsonElement?>,
    ) {
        val tokens = tokensOf(server("id_token" to idToken(earlier)).client())
        server("id_token" to idToken(later)).client().refreshTokenGrant(tokens)
    }
    of { refreshed("sub" to text("1"), "sub" to text("2")) }
    of { refreshed("azp" to text(CLIENT_ID), "azp" to null) }
    of { refreshed("auth_time" to number(1), "auth_time" to number(2)) }
    of { refreshed("nonce" to text("1"), "nonce" to text("2")) }
    of { refreshed("aud" to text(CLIENT_ID), "aud" to json("""["$CLIENT_ID","x"]""")) }
    of { tokenMembers().let { server().client().refreshTokenGrant(it) } }
    of {
        tokensOf(StubServer().answerTokens().client(serverMetadata("issuer" to text("https://b.example.com")))).let {
            server().client().refreshTokenGrant(it)
        }
    }
}

private fun server(vararg changes: Pair<String, JsonElement?>) =
    StubServer().answerKeys().answerTokens("refresh_token" to text("r2"), *changes)

/** ID Tokens and other JWTs that came by another way. */
internal suspend fun Messages.handedInJwts() {
    val client = server().client()
    of { client.verifyIdToken("", null) }
    of { client.verifyIdToken("x", "") }
    of { client.verifyIdToken("x", null, "") }
    of { client.verifyIdToken(idToken().content, null, "app") }
    of { client.verifyIdToken(idToken("azp" to text("other")).content, null, "app") }
    of { client.verifyIdToken(idToken("azp" to text("other")).content, null) }
    of { client.verifyJwt("", "secevent+jwt", null) }
    of { client.verifyJwt("x", "", null) }
    of { client.verifyJwt("x", "secevent+jwt", "") }
    for (typ in listOf("JWT", "at+jwt", "logout+jwt")) of { client.verifyJwt("x", typ, null) }
    of { client.verifyJwt(idToken().content, "secevent+jwt", null) }
    of { client.verifyJwt(event("iss" to null), "secevent+jwt", CLIENT_ID) }
    of { client.verifyJwt(event(), "secevent+jwt", null) }
    of { client.verifyJwt(event(), "secevent+jwt", "https://rp.example.com") }
    of { client.verifyJwt(event("events" to LOGOUT), "secevent+jwt", CLIENT_ID) }
}

private fun event(vararg claims: Pair<String, JsonElement?>) =
    TestKeys.signRsa(idTokenClaims(*claims), header = mapOf("typ" to text("secevent+jwt"), "kid" to text("rsa-1")))
