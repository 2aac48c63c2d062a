package dev.openidclient.benchmarks.loop

import com.nimbusds.jose.jwk.JWKSet
import dev.openidclient.authorization.PendingAuthorization
import dev.openidclient.authorization.authorizationRequest
import dev.openidclient.client.OpenIdClient
import dev.openidclient.http.Parameters
import dev.openidclient.token.authorizationCodeGrant
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.security.PublicKey
import java.security.Signature
import java.util.Base64
import java.util.concurrent.atomic.AtomicInteger

/** One sign-in, up to the callback. Its code may be exchanged any number of times, at the stub server. */
internal class SignIn(
    val callback: String,
    val pending: PendingAuthorization,
) {
    /** The token request for its code. */
    val form: String =
        Parameters
            .of(
                "grant_type" to "authorization_code",
                "code" to checkNotNull(Parameters.parse(URI(callback).rawQuery)["code"]),
                "redirect_uri" to REDIRECT_URI,
                "code_verifier" to pending.codeVerifier,
            ).encode()

    companion object {
        const val REDIRECT_URI: String = "https://rp.example.com/callback"
    }
}

/** Sign-ins of [client] at the stub server, which are exchanged in turn: each has an ID Token of its own. */
internal class SignIns(
    client: OpenIdClient,
    http: HttpClient,
) {
    private val all =
        List(DIFFERENT) {
            val request =
                client.authorizationRequest {
                    redirectUri(SignIn.REDIRECT_URI)
                    scope("openid")
                }
            val answer = get(http, URI(request.url))
            SignIn(answer.headers().firstValue("location").orElseThrow(), request.pending)
        }
    private val turn = AtomicInteger()

    fun next(): SignIn = all[turn.getAndIncrement().mod(DIFFERENT)]

    private companion object {
        const val DIFFERENT = 64
    }
}

private fun get(
    http: HttpClient,
    url: URI,
): HttpResponse<String> = http.send(HttpRequest.newBuilder(url).build(), BodyHandlers.ofString())

/** The public key of the stub server for [algorithm]. */
internal fun publicKey(
    stub: StubProcess,
    http: HttpClient,
    algorithm: SigningAlgorithm,
): PublicKey {
    val keys = JWKSet.parse(get(http, URI("${stub.issuer("http")}/oauth2/jwks")).body())
    return when (algorithm) {
        SigningAlgorithm.RS256 -> keys.keys.first { it.keyType.value == "RSA" }.toRSAKey().toPublicKey()
        SigningAlgorithm.ES256 -> keys.keys.first { it.keyType.value == "EC" }.toECKey().toPublicKey()
    }
}

/** The library's code exchange; brings the access token, where the ID Token names the person who is expected. */
internal suspend fun exchangeCode(
    client: OpenIdClient,
    signIn: SignIn,
): String {
    val tokens = client.authorizationCodeGrant(signIn.callback, signIn.pending)
    check(tokens.claims?.subject == StubTokens.SUBJECT) { "the ID Token names another person" }
    return tokens.accessToken
}

/** The floor of a code exchange: the request, and the bare verification of the signature. Checks no claim. */
internal class CodeExchangeFloor(
    private val exchange: TokenExchange,
    private val algorithm: SigningAlgorithm,
    private val key: PublicKey,
) {
    suspend fun exchange(signIn: SignIn): String {
        val tokens = exchange.post(signIn.form)
        check(isSigned(tokens.text("id_token"))) { "the signature of the ID Token is wrong" }
        return tokens.text("access_token")
    }

    private fun isSigned(idToken: String): Boolean {
        val end = idToken.lastIndexOf('.')
        val signature = Signature.getInstance(algorithm.jcaName)
        signature.initVerify(key)
        signature.update(idToken.substring(0, end).encodeToByteArray())
        return signature.verify(Base64.getUrlDecoder().decode(idToken.substring(end + 1)))
    }
}
