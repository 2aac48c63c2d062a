package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.shouldFailWith
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.nulls.shouldNotBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldNotContain
import kotlinx.serialization.json.JsonPrimitive

private fun StubServer.answer(
    authTime: Long,
    subject: String = "248289761001",
    refreshToken: String = "r1",
) = answerTokens(
    "refresh_token" to JsonPrimitive(refreshToken),
    "id_token" to idToken("auth_time" to JsonPrimitive(authTime), "sub" to JsonPrimitive(subject)),
)

private suspend fun refreshed(
    subject: String = "248289761001",
    configure: ClientSettings.() -> Unit,
): TokenResponse {
    val server = StubServer().answer(NOW.epochSecond - 600)
    val client = server.client(configure = configure)
    val tokens = client.grant("urn:example")
    server.answer(NOW.epochSecond, subject, "rotated")
    return client.refreshTokenGrant(tokens)
}

class RefreshedAuthTimeSpec :
    FunSpec({
        test("another auth_time after a refresh is taken with acceptRefreshedAuthTime(), and only with it") {
            refreshed { acceptRefreshedAuthTime() }.claims?.authTime shouldBe NOW
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "auth_time") { refreshed {} }
        }

        test("a refreshed answer that is refused carries the tokens that came with it, which nothing prints") {
            val refused = shouldThrow<ValidationException> { refreshed {} }
            val tokens = refused.unacceptedTokens.shouldNotBeNull()

            refused.subject shouldBe "claim:auth_time"
            tokens.refreshToken shouldBe "rotated"
            tokens.accessToken shouldBe ACCESS_TOKEN
            "$refused $tokens" shouldNotContain "rotated"
        }

        test("acceptRefreshedAuthTime() takes no other person") {
            shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "sub") {
                refreshed(subject = "another") { acceptRefreshedAuthTime() }
            }
        }
    })
