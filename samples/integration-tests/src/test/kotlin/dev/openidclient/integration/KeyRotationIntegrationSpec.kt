package dev.openidclient.integration

import dev.openidclient.client.ClientSettings
import dev.openidclient.client.OpenIdClient
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.token.authorizationCodeGrant
import dev.openidclient.token.verifyIdToken
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.StringSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.coroutineScope
import java.time.Duration
import java.util.concurrent.ConcurrentLinkedQueue

/** The server changes its signing key, or its JWK Set is out of order, while people sign in. */
@EnabledIf(OidcProviderAvailable::class)
class KeyRotationIntegrationSpec :
    StringSpec({
        val issuer = OidcProvider.keyRotation

        beforeTest { issuer.rotateSigningKey() }
        afterTest { issuer.recoverJwks() }

        "the keys are downloaded once more after the key has changed, however many sign in at that moment" {
            val app = RotationClient.connect()
            allAtOnce(10) { app.client.signIn(OidcProvider.browser()).person shouldBe "alice" }
            app.downloads shouldBe 1

            val arrived =
                List(10) {
                    val request = app.client.signInRequest()
                    request.pending to received(OidcProvider.browser().signIn(request.url, Application.CALLBACK))
                }
            app.clock.advance(COOL_DOWN)
            issuer.rotateSigningKey()
            allAtOnce(10) {
                val (pending, callback) = arrived[it]
                app.client.authorizationCodeGrant(callback, pending).person shouldBe "alice"
            }
            app.downloads shouldBe 2
        }

        "a hundred tokens of the new key are verified with one download" {
            val app = RotationClient.connect()
            app.verify(SignedIn.now())
            app.clock.advance(COOL_DOWN)
            issuer.rotateSigningKey()
            val signedIn = SignedIn.now()
            allAtOnce(100) { app.verify(signedIn) }
            app.downloads shouldBe 2
        }

        "tokens of the removed key are refused once the new key is known, with three downloads at the most" {
            val app = RotationClient.connect()
            val earlier = SignedIn.now()
            app.verify(earlier)
            app.clock.advance(COOL_DOWN)
            issuer.rotateSigningKey()
            app.verify(SignedIn.now())
            repeat(10) {
                shouldThrow<ValidationException> { app.verify(earlier) }.code shouldBe ErrorCode.KEY_SELECTION_FAILED
            }
            app.downloads shouldBe 1 + 3
        }

        "a new key is known at once, however new the known ones are" {
            val app = RotationClient.connect()
            app.verify(SignedIn.now())
            issuer.rotateSigningKey()
            app.verify(SignedIn.now())
            app.downloads shouldBe 2
        }

        "a new key without kid is known at once: the signature that does not verify makes a download" {
            issuer.rotateSigningKey(named = false)
            val app = RotationClient.connect()
            val earlier = SignedIn.now()
            app.verify(earlier)
            issuer.rotateSigningKey(named = false)
            app.verify(SignedIn.now())
            shouldThrow<ValidationException> { app.verify(earlier) }.code shouldBe ErrorCode.INVALID_RESPONSE
            app.downloads shouldBe 2
        }

        "the known keys go on through an outage that is tolerated, and no longer" {
            val app = RotationClient.connect { jwksOutageTolerance = Duration.ofMinutes(10) }
            val signedIn = SignedIn.now()
            app.verify(signedIn)
            issuer.failJwks()
            app.clock.advance(LIFETIME)
            app.verify(signedIn)
            app.client.signIn(OidcProvider.browser()).person shouldBe "alice"
            app.clock.advance(Duration.ofMinutes(10))
            shouldThrow<InvalidResponseException> { app.verify(signedIn) }.status shouldBe 503
            issuer.recoverJwks()
            app.verify(signedIn)
        }

        "a key that changes in an outage is refused until the outage is over" {
            val app = RotationClient.connect { jwksOutageTolerance = Duration.ofMinutes(10) }
            app.verify(SignedIn.now())
            issuer.failJwks()
            issuer.rotateSigningKey()
            app.clock.advance(LIFETIME)
            val later = SignedIn.now()
            shouldThrow<InvalidResponseException> { app.verify(later) }.status shouldBe 503
            issuer.recoverJwks()
            app.verify(later)
        }

        "an outage is not tolerated unless the settings say so" {
            val app = RotationClient.connect()
            val signedIn = SignedIn.now()
            app.verify(signedIn)
            issuer.failJwks()
            app.clock.advance(LIFETIME)
            shouldThrow<InvalidResponseException> { app.verify(signedIn) }.status shouldBe 503
        }
    })

/** After so long all three downloads that unknown keys may cause at once are allowed again. */
private val COOL_DOWN = Duration.ofMinutes(1)

/** So long the downloaded keys are good. */
private val LIFETIME = Duration.ofMinutes(5)

/** An ID Token that the server has just signed, with the nonce it must have. */
private class SignedIn(
    val idToken: String,
    val nonce: String?,
) {
    companion object {
        suspend fun now(): SignedIn {
            val client = OidcProvider.keyRotation.connect("public")
            val request = client.signInRequest()
            val tokens = client.signIn(OidcProvider.browser(), request)
            return SignedIn(checkNotNull(tokens.idToken), request.pending.nonce)
        }
    }
}

/** A client that verifies every signature, whose clock can be put forward, and what it asks the server for. */
private class RotationClient(
    val client: OpenIdClient,
    val clock: MovableClock,
    private val requests: Collection<String>,
) {
    /** How often it downloaded the JWK Set. */
    val downloads: Int get() = requests.count { it == "GET ${client.server.jwksUri}" }

    suspend fun verify(signedIn: SignedIn) {
        client.verifyIdToken(signedIn.idToken, signedIn.nonce).subject shouldBe "alice"
    }

    companion object {
        suspend fun connect(configure: ClientSettings.() -> Unit = {}): RotationClient {
            val clock = MovableClock()
            val requests = ConcurrentLinkedQueue<String>()
            val client =
                OidcProvider.keyRotation.connect("public") {
                    this.clock = clock
                    clockTolerance = Duration.ofHours(1) // the server's time stays where it is
                    nonRepudiationChecks()
                    recordTo(requests)
                    configure()
                }
            return RotationClient(client, clock, requests)
        }
    }
}

private suspend fun allAtOnce(
    times: Int,
    act: suspend (Int) -> Unit,
) {
    coroutineScope { List(times) { async(Dispatchers.IO) { act(it) } }.awaitAll() }
}
