package dev.openidclient.token

import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive
import java.time.Duration

private suspend fun tokens(vararg members: Pair<String, JsonPrimitive>): TokenResponse =
    StubServer().answerTokens("refresh_token" to JsonPrimitive("r"), *members).client().grant("urn:x")

class RefreshTokenLifetimeSpec :
    FunSpec({
        for (name in listOf("refresh_token_expires_in", "refresh_expires_in")) {
            test("how long a refresh token lives is told by $name") {
                val tokens = tokens(name to JsonPrimitive(86_400))

                tokens.refreshTokenExpiresIn shouldBe Duration.ofDays(1)
                tokens.refreshTokenExpiresAt shouldBe NOW + Duration.ofDays(1)
            }
        }

        test("it is not known where the server does not say, or says that it has no end") {
            for (tokens in listOf(tokens(), tokens("refresh_token_expires_in" to JsonPrimitive(0)))) {
                tokens.refreshTokenExpiresIn shouldBe null
                tokens.refreshTokenExpiresAt shouldBe null
            }
        }

        test("after a refresh that issues no refresh token the end is the earlier one's") {
            val earlier = tokens("refresh_token_expires_in" to JsonPrimitive(600))
            val refreshed = StubServer().answerTokens().client().refreshTokenGrant(earlier)

            refreshed.refreshTokenExpiresIn shouldBe null
            refreshed.refreshTokenExpiresAt shouldBe earlier.refreshTokenExpiresAt
        }
    })
