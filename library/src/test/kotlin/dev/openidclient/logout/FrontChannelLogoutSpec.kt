package dev.openidclient.logout

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.ValidationException
import dev.openidclient.http.Parameters
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.IdTokenClaims
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonPrimitive

class FrontChannelLogoutSpec :
    FunSpec({
        val session = IdTokenClaims(idTokenClaims("sid" to JsonPrimitive("a-sid")), "a.b.c")
        val client = StubServer().client()
        val registered = StubServer().client { metadata { frontchannelLogoutSessionRequired() } }

        fun refused(
            query: String,
            part: String,
            claims: IdTokenClaims = session,
        ) = shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, part) {
            client.verifyFrontChannelLogout(Parameters.parse(query), claims)
        }

        test("a logout of this session is taken") {
            for (it in listOf(client, registered)) {
                it.verifyFrontChannelLogout(Parameters.parse("iss=$ISSUER&sid=a-sid"), session)
            }
        }

        test("one that names neither issuer nor session is taken, unless the client is registered for sessions") {
            client.verifyFrontChannelLogout(Parameters.EMPTY, session)
            shouldFailWith<ValidationException>(ErrorCode.JSON_ATTRIBUTE_COMPARISON_FAILED, "\"iss\" must be there") {
                registered.verifyFrontChannelLogout(Parameters.EMPTY, session)
            }
        }

        test("one that names only one of both is refused") {
            refused("iss=$ISSUER", "\"sid\" must be there").subject shouldBe "claim:sid"
            refused("sid=a-sid", "\"iss\" must be there").subject shouldBe "iss"
        }

        test("another session, or the same one of another issuer, is refused") {
            refused("iss=$ISSUER&sid=other", "\"sid\" is not the session's")
            refused("iss=https://other.example.com&sid=a-sid", "\"iss\" is not the session's")
        }

        test("where the ID Token of the session has no sid, none can be compared") {
            refused("iss=$ISSUER&sid=a-sid", "has none", IdTokenClaims(idTokenClaims(), "a.b.c"))
        }

        test("a parameter that comes twice is refused") {
            shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"sid\" must come once") {
                client.verifyFrontChannelLogout(Parameters.parse("iss=$ISSUER&sid=a-sid&sid=b"), session)
            }
        }
    })
