package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.dpop.Dpop
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.jose.SigningKey
import dev.openidclient.resource.resource
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.shouldFailWith
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonPrimitive

private suspend fun tokens(
    type: JsonElement?,
    configure: ClientSettings.() -> Unit = {},
): TokenResponse =
    StubServer().answerTokens("token_type" to type).client(configure = configure).clientCredentialsGrant()

class LooserTokenTypeSpec :
    FunSpec({
        for (type in listOf(null, JsonNull)) {
            val shown = if (type == null) "absent" else "null"
            test("an answer whose token_type is $shown is refused without assumeBearer(), and bearer with it") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"token_type\"") { tokens(type) }
                val assumed = tokens(type) { assumeBearer() }
                assumed.tokenType shouldBe "bearer"
                assumed.isSenderConstrained shouldBe false
            }
        }

        for (type in listOf(JsonPrimitive(1), JsonPrimitive(""))) {
            test("assumeBearer() does not take the token_type $type") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"token_type\"") {
                    tokens(type) { assumeBearer() }
                }
            }
        }

        test("assumeBearer() changes nothing about a token_type that is there") {
            tokens(JsonPrimitive("DPoP")) { assumeBearer() }.tokenType shouldBe "dpop"
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "tokenTypeAlias(…)") {
                tokens(JsonPrimitive("bot")) { assumeBearer() }
            }
        }

        for (type in listOf("BearerToken", "bearertoken")) {
            test("$type is refused without an alias, and bearer with tokenTypeAlias(\"BearerToken\", …)") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is not supported") {
                    tokens(JsonPrimitive(type))
                }
                tokens(JsonPrimitive(type)) { tokenTypeAlias("BearerToken", TokenType.BEARER) }.tokenType shouldBe
                    "bearer"
            }
        }

        test("an alias is for its own name only") {
            shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"bot\" is not supported") {
                tokens(JsonPrimitive("bot")) { tokenTypeAlias("BearerToken", TokenType.BEARER) }
            }
        }

        test("a token of an alias is sent as bearer, also by a client with a DPoP key") {
            val server = StubServer().answerTokens("token_type" to JsonPrimitive("bot")).answer("/api", "{}")
            val client =
                server.client { tokenTypeAlias("bot", TokenType.BEARER) }.withDpop(Dpop(SigningKey.generate("ES256")))
            client.resource("$ISSUER/api", client.clientCredentialsGrant())
            server.lastTo("/api").header("authorization") shouldBe "Bearer $ACCESS_TOKEN"
        }
    })
