package dev.openidclient.token

import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.MovableClock
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.idTokenValidation
import dev.openidclient.testing.json
import dev.openidclient.testing.tokenResponseJson
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonPrimitive
import java.time.Clock
import java.time.Duration
import java.time.Instant
import java.time.ZoneOffset

private fun tokens(vararg changes: Pair<String, JsonElement?>): TokenResponse =
    readTokenResponse(tokenResponseJson(*changes), NOW, idTokenValidation()).response

private fun clockAt(instant: Instant): Clock = Clock.fixed(instant, ZoneOffset.UTC)

class TokenResponseSpec :
    FunSpec({
        test("has the members of the answer") {
            val idToken = idToken()
            val tokens =
                tokens("refresh_token" to JsonPrimitive("r"), "scope" to JsonPrimitive("a b"), "id_token" to idToken)

            tokens.accessToken shouldBe ACCESS_TOKEN
            tokens.tokenType shouldBe "bearer"
            tokens.refreshToken shouldBe "r"
            tokens.scope shouldBe "a b"
            tokens.idToken shouldBe idToken.content
            tokens.claims?.subject shouldBe "248289761001"
            tokens.expiresIn shouldBe Duration.ofHours(1)
        }

        test("has null for what did not come") {
            val tokens = tokens("expires_in" to null)

            listOf(
                tokens.refreshToken,
                tokens.scope,
                tokens.idToken,
                tokens.claims,
                tokens.expiresIn,
                tokens.expiresAt,
            ) shouldBe
                List(6) { null }
        }

        for ((type, isSenderConstrained) in mapOf("Bearer" to false, "DPoP" to true)) {
            test("of the type $type is ${if (isSenderConstrained) "" else "not "}sender-constrained") {
                tokens("token_type" to JsonPrimitive(type)).isSenderConstrained shouldBe isSenderConstrained
            }
        }

        context("the lifetime") {
            test("counts from the receipt of the answer") {
                tokens().receivedAt shouldBe NOW
                tokens().expiresAt shouldBe NOW.plusSeconds(3600)
            }

            test("counts by the machine's clock, without the skew of the protocol") {
                val server = StubServer().answerTokens()
                val skewed = server.client { clockSkew = Duration.ofSeconds(100) }.grant("urn:x")

                skewed.receivedAt shouldBe NOW
            }

            val left =
                mapOf(
                    0L to 3600L,
                    1L to 3599L,
                    999L to 3599L,
                    1000L to 3599L,
                    3_599_001L to 0L,
                    3_600_000L to 0L,
                    3_600_001L to 0L,
                    9_999_000L to 0L,
                    -1L to 3600L,
                )
            for ((elapsed, seconds) in left) {
                test("leaves $seconds whole seconds after $elapsed ms") {
                    tokens().remainingLifetime(clockAt(NOW.plusMillis(elapsed))) shouldBe Duration.ofSeconds(seconds)
                }
            }

            test("of a fraction leaves no whole second") {
                tokens("expires_in" to JsonPrimitive(0.9)).remainingLifetime(clockAt(NOW)) shouldBe Duration.ZERO
            }

            test("passes as the clock moves") {
                val clock = MovableClock()
                val tokens = tokens()
                clock.advance(3590)

                tokens.remainingLifetime(clock) shouldBe Duration.ofSeconds(10)
            }

            test("is by the system's clock where no other is named") {
                val long = tokens("expires_in" to JsonPrimitive(1e11))
                val short = tokens("expires_in" to JsonPrimitive(0))

                long.remainingLifetime()?.isZero shouldBe false
                short.remainingLifetime() shouldBe Duration.ZERO
            }

            test("is unknown where the server does not say") {
                tokens("expires_in" to null).remainingLifetime(clockAt(NOW)).shouldBeNull()
            }

            val ending = mapOf(0L to false, 3_569_999L to false, 3_570_000L to true, 9_999_000L to true)
            for ((elapsed, expiring) in ending) {
                test("is ${if (expiring) "" else "not "}about to end within 30 seconds after $elapsed ms") {
                    tokens().isExpiring(Duration.ofSeconds(30), clockAt(NOW.plusMillis(elapsed))) shouldBe expiring
                }
            }

            test("has ended, or not yet, where nothing more may pass") {
                tokens().isExpiring(Duration.ZERO, clockAt(NOW.plusMillis(3_599_999))) shouldBe false
                tokens().isExpiring(Duration.ZERO, clockAt(NOW.plusSeconds(3_600))) shouldBe true
            }

            test("is about to end by the system's clock where no other is named") {
                tokens("expires_in" to JsonPrimitive(1e11)).isExpiring(Duration.ofSeconds(30)) shouldBe false
                tokens("expires_in" to JsonPrimitive(0)).isExpiring(Duration.ofSeconds(30)) shouldBe true
            }

            test("is never about to end where the server does not say") {
                tokens("expires_in" to null).isExpiring(Duration.ofSeconds(Long.MAX_VALUE), clockAt(NOW)) shouldBe false
            }

            test("is about to end within any time, however long, and within none that is negative") {
                tokens().isExpiring(Duration.ofSeconds(Long.MAX_VALUE), clockAt(NOW)) shouldBe true
                shouldThrow<IllegalArgumentException> { tokens().isExpiring(Duration.ofSeconds(-1)) }
                    .message shouldBe "within must not be negative, but is PT-1S"
            }

            for (endless in listOf("31556889864403199", "1e18", "9223372036854775807", "1e300")) {
                test("of $endless seconds ends with time itself") {
                    tokens("expires_in" to json(endless)).expiresAt shouldBe Instant.MAX
                    tokens("expires_in" to json(endless)).remainingLifetime(clockAt(NOW))?.isNegative shouldBe false
                }
            }
        }

        test("shows type, lifetime and scope, and no token") {
            val idToken = idToken()
            val shown =
                tokens(
                    "refresh_token" to JsonPrimitive("refresh-secret"),
                    "scope" to JsonPrimitive("a b"),
                    "id_token" to idToken,
                    "unknown" to JsonPrimitive("unknown-secret"),
                ).toString()

            for (part in listOf("token_type=\"Bearer\"", "expires_in=3600", "scope=\"a b\"", "unknown=██")) {
                shown shouldContain
                    part
            }
            for (secret in listOf(ACCESS_TOKEN, "refresh-secret", idToken.content, "unknown-secret")) {
                shown shouldNotContain
                    secret
            }
        }
    })
