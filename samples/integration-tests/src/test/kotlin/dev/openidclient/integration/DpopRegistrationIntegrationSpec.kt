package dev.openidclient.integration

import dev.openidclient.client.OpenIdClient
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.WwwAuthenticateChallengeException
import dev.openidclient.jose.ModifyAssertion
import dev.openidclient.jose.SigningKey
import dev.openidclient.registration.register
import dev.openidclient.token.clientCredentialsGrant
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import java.util.Queue
import java.util.concurrent.ConcurrentLinkedQueue

/** RFC 9449 §7 at the registration endpoint (RFC 7591 §3): the initial access token is bound to a key. */
@EnabledIf(OidcProviderAvailable::class)
class DpopRegistrationIntegrationSpec :
    StringSpec({
        "a bound initial access token registers a client that proves its key" {
            val issuer = OidcProvider.everything
            val key = SigningKey.generate()
            val requests = ConcurrentLinkedQueue<String>()
            val dpop = Dpop(key)
            val client = register(issuer, boundToken(issuer, key), dpop, requests)
            requests.count { it == "POST ${issuer.registration}" } shouldBe 1
            client.withDpop(dpop).signIn(OidcProvider.browser()).isSenderConstrained shouldBe true
        }

        "the nonce of the registration endpoint is learned once" {
            val issuer = OidcProvider.dpopNonces
            val key = SigningKey.generate()
            val token = boundToken(issuer, key)
            val requests = ConcurrentLinkedQueue<String>()
            val dpop = Dpop(key)
            register(issuer, token, dpop, requests)
            requests.count { it == "POST ${issuer.registration}" } shouldBe 2
            register(issuer, token, dpop, requests)
            requests.count { it == "POST ${issuer.registration}" } shouldBe 3
        }

        "a bound initial access token is of no use without its key" {
            val issuer = OidcProvider.everything
            val token = boundToken(issuer, SigningKey.generate())
            for (thief in listOf(null, Dpop(SigningKey.generate()))) {
                shouldThrow<WwwAuthenticateChallengeException> { register(issuer, token, thief) }
                    .challenges
                    .first()
                    .error shouldBe "invalid_token"
            }
        }

        for ((claim, value) in mapOf("htm" to "GET", "htu" to "https://another.example.com/reg", "ath" to "another")) {
            "a proof with another $claim is refused" {
                val key = SigningKey.generate()
                refusedProof(boundToken(OidcProvider.everything, key), Dpop(key) { it.claim(claim, value) })
            }
        }

        "a proof that another key signed is refused" {
            val key = SigningKey.generate()
            val forged = Dpop(ForgedKey(key, SigningKey.generate()))
            refusedProof(boundToken(OidcProvider.everything, key), forged)
        }

        "a proof that was used before is refused" {
            val key = SigningKey.generate()
            val issuer = OidcProvider.everything
            val dpop = Dpop(key, ModifyAssertion { it.claim("jti", "the same every time") })
            val token = boundToken(issuer, key)
            register(issuer, token, dpop)
            refusedProof(token, dpop)
        }
    })

/** An access token for registrations at [issuer], bound to [key]. */
private suspend fun boundToken(
    issuer: InteropIssuer,
    key: SigningKey,
): String =
    issuer
        .connect("service")
        .withDpop(Dpop(key))
        .clientCredentialsGrant { resource(issuer.registration) }
        .accessToken

private suspend fun register(
    issuer: InteropIssuer,
    token: String,
    dpop: Dpop?,
    requests: Queue<String> = ConcurrentLinkedQueue(),
): OpenIdClient =
    OpenIdClient.register(issuer.url) {
        initialAccessToken = token
        this.dpop = dpop
        redirectUris(Application.CALLBACK)
        dpopBoundAccessTokens()
        settings {
            reaching(issuer.url)
            recordTo(requests)
        }
    }

/** Expects that the server refuses the proof itself, not the token. */
private suspend fun refusedProof(
    token: String,
    dpop: Dpop,
) {
    shouldThrow<WwwAuthenticateChallengeException> { register(OidcProvider.everything, token, dpop) }
        .challenges
        .first()
        .error shouldBe "invalid_dpop_proof"
}
