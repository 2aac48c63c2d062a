package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.idToken
import dev.openidclient.testing.json
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

private suspend fun tokens(
    audience: String,
    party: String? = null,
    configure: ClientSettings.() -> Unit = { trustAudiences("https://idcs.example.com", "other") },
): TokenResponse =
    StubServer()
        .answerTokens("id_token" to idToken("aud" to json(audience), "azp" to party?.let(::JsonPrimitive)))
        .client(configure = configure)
        .grant("urn:example")

private const val BOTH = """["$CLIENT_ID","https://idcs.example.com"]"""

class TrustedAudiencesSpec :
    FunSpec({
        suspend fun refused(
            part: String,
            block: suspend () -> Any?,
        ) = shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, part) { block() }

        test("without trustAudiences(…) several audiences need an azp that is this client") {
            refused("\"azp\"") { tokens(BOTH) {} }
            refused("\"azp\"") { tokens(BOTH, "other") {} }
            tokens("""["$CLIENT_ID","anybody"]""", CLIENT_ID) {}.claims?.authorizedParty shouldBe CLIENT_ID
        }

        test("with trustAudiences(…) azp may be absent from a token for named audiences") {
            tokens(BOTH).claims?.audience shouldBe listOf(CLIENT_ID, "https://idcs.example.com")
            tokens(BOTH, CLIENT_ID)
            tokens("\"$CLIENT_ID\"")
        }

        test("with trustAudiences(…) every other audience must be named, whatever azp is") {
            refused("\"anybody\" beside this client") { tokens("""["$CLIENT_ID","anybody"]""") }
            refused("\"anybody\" beside this client") { tokens("""["$CLIENT_ID","other","anybody"]""", CLIENT_ID) }
        }

        test("with trustAudiences(…) an azp that is there must be this client, for one audience too") {
            refused("expected \"azp\"") { tokens(BOTH, "other") }
            refused("expected \"azp\"") { tokens("\"$CLIENT_ID\"", "other") }
        }

        test("trustAudiences(…) never makes a token for others alone one for this client") {
            refused("expected \"aud\"") { tokens("""["other"]""") }
        }
    })
