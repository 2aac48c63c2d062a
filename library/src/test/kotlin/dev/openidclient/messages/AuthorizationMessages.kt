package dev.openidclient.messages

import dev.openidclient.authorization.AuthorizationCallback
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.Pkce
import dev.openidclient.authorization.authorizationResponseClaims
import dev.openidclient.client.ClientSettings
import dev.openidclient.http.Parameters
import dev.openidclient.testing.CODE
import dev.openidclient.testing.CODE_VERIFIER
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.NOW
import dev.openidclient.testing.REDIRECT_URI
import dev.openidclient.testing.STATE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.frontChannelIdToken
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.hybridServer
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.hybridSignInWith
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.jwtSignIn
import dev.openidclient.testing.pendingAuthorization
import dev.openidclient.testing.responseClaims
import dev.openidclient.testing.responseInQuery
import dev.openidclient.testing.responseJwt
import dev.openidclient.testing.unverifiable
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.implicitAuthentication

private const val STORED = "v1."

/** What the browser brought back. */
internal suspend fun Messages.callbacks() {
    of { checkedSignIn(callback("error" to "access_denied", "error_description" to "the%20person%20said%20no")) }
    of { checkedSignIn(callback("state" to null)) }
    of { checkedSignIn(callback("state" to "x")) }
    of { checkedSignIn(checks = checks(state = null)) }
    of { checkedSignIn(callback("code" to null)) }
    of { checkedSignIn(callback("code" to "")) }
    of { checkedSignIn(callback("code" to null, "state" to null)) }
    of { checkedSignIn(AuthorizationCallback.url("$REDIRECT_URI?state=$STATE&state=$STATE")) }
    of { checkedSignIn(callback("iss" to "https://evil.example.com")) }
    of { checkedSignIn { requireAuthorizationResponseIss() } }
    of { checkedSignIn(callback("id_token" to "x")) }
    of { checkedSignIn(callback("token" to "x")) }
    of { checkedSignIn(callback("response" to "x")) }
    of { AuthorizationCallback.formPost(REDIRECT_URI, "code=x", "text/plain") }
}

private suspend fun signIn(
    pending: PendingAuthorization,
    configure: ClientSettings.() -> Unit = {},
) = StubServer().client(configure = configure).authorizationCodeGrant(callback(), pending)

/** What was kept until then, and the checks of who keeps it on their own. */
internal suspend fun Messages.pendingAuthorizations() {
    of { signIn(pendingAuthorization(clientId = "another", issuer = "https://b.example.com")) }
    of { signIn(pendingAuthorization(createdAt = NOW.plusSeconds(120))) }
    of { signIn(pendingAuthorization(createdAt = NOW.minusSeconds(7200))) }
    of { PendingAuthorization.decode("x") }
    of { PendingAuthorization.decode("${STORED}x") }
    val version = pendingAuthorization().encode().substringBefore('.') + "."
    of { PendingAuthorization.decode("${version}x") }
    of { PendingAuthorization.decode(version + base64("{}")) }
    of { PendingAuthorization.decode(version + base64("""{"iss":1}""")) }
    of { PendingAuthorization.decode(version + base64("""{"other":1}""")) }
    of { checkedSignIn(checks = checks(state = "")) }
    of { checkedSignIn(checks = checks(nonce = "")) }
    of { checkedSignIn(checks = checks().maxAge(java.time.Duration.ofSeconds(-1))) }
    of { checkedSignIn(AuthorizationCallback.parameters(Parameters.of("code" to CODE, "state" to STATE))) }
    of { Pkce("short") }
}

private fun base64(json: String) = dev.openidclient.testing.TestKeys.base64Url(json)

/** Responses that are signed JWTs. */
internal suspend fun Messages.jwtResponses() {
    of { jwtSignIn(callback()) }
    of { jwtSignIn(responseInQuery(responseJwt("exp" to null))) }
    of { jwtSignIn(responseInQuery(responseJwt("code" to null))) }
    of { jwtSignIn(responseInQuery(responseJwt("iss" to text("https://evil.example.com")))) }
    of { jwtSignIn(responseInQuery(responseJwt("exp" to number(1)))) }
    of { jwtSignIn(responseInQuery(unverifiable(responseClaims(), "none"))) }
    of { jwtSignIn(responseInQuery(responseJwt().dropLast(8) + "AAAAAAAA")) }
    of {
        jwtSignIn(responseInQuery(responseJwt())) {
            metadata { authorizationEncryptedResponseAlg("RSA-OAEP-256") }
        }
    }
    of { StubServer().client().authorizationResponseClaims(callback()) }
}

/** Responses with an ID Token. */
internal suspend fun Messages.frontChannel() {
    of { hybridSignIn(AuthorizationCallback.url(REDIRECT_URI)) }
    of { hybridSignIn(hybridCallback(null)) }
    of { hybridSignIn(pending = pendingAuthorization()) }
    of {
        hybridServer()
            .client { useCodeIdTokenResponseType() }
            .authorizationCodeGrant(hybridCallback(), checks(NONCE).skipStateCheck())
    }
    of { hybridSignInWith("c_hash" to text("x")) }
    of { hybridSignInWith("s_hash" to text("x")) }
    of {
        hybridServer()
            .client { useCodeIdTokenResponseType() }
            .authorizationCodeGrant(
                hybridCallback(frontChannelIdToken("s_hash" to text("x")), "state" to null),
                checks(NONCE, state = null),
            )
    }
    of { hybridSignInWith("iat" to number(NOW.epochSecond - 7200)) }
    of { hybridSignIn(server = hybridServer("sub" to text("another"))) }
    of { hybridSignIn(hybridCallback(unverifiable(dev.openidclient.testing.idTokenClaims(), "none"))) }
    val implicit = StubServer().answerKeys().client { useIdTokenResponseType() }
    of { implicit.authorizationCodeGrant(callback(), pendingAuthorization()) }
    of { implicit.implicitAuthentication(callback(), pendingAuthorization()) }
    of { implicit.implicitAuthentication(callback(), NONCE, STATE) }
    of { implicit.implicitAuthentication(AuthorizationCallback.url("$REDIRECT_URI#state=$STATE"), NONCE, STATE) }
    of { implicit.implicitAuthentication(callback(), "", STATE) }
    of { implicit.implicitAuthentication(callback(), NONCE, STATE, java.time.Duration.ofSeconds(-1)) }
    of { StubServer().client().implicitAuthentication(callback(), NONCE, STATE) }
}
