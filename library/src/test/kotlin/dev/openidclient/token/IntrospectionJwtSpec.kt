package dev.openidclient.token

import dev.openidclient.client.ClientSettings
import dev.openidclient.error.ErrorCode
import dev.openidclient.error.InvalidResponseException
import dev.openidclient.error.UnsupportedFeatureException
import dev.openidclient.error.ValidationException
import dev.openidclient.metadata.AuthorizationServerMetadata
import dev.openidclient.testing.CLIENT_ID
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NOW
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.testing.unverifiable
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val JWT = "application/token-introspection+jwt"
private val ENDPOINT = "introspection_endpoint" to JsonPrimitive("$ISSUER/introspect")
private val TYPE: Map<String, JsonElement> =
    mapOf("kid" to JsonPrimitive("rsa-1"), "typ" to JsonPrimitive("token-introspection+jwt"))

private fun claims(vararg changes: Pair<String, JsonElement?>): JsonObject =
    idTokenClaims(
        "exp" to null,
        "sub" to null,
        "token_introspection" to json("""{"active":true,"sub":"alice"}"""),
        *changes,
    )

private fun signed(vararg changes: Pair<String, JsonElement?>): String =
    TestKeys.signRsa(claims(*changes), header = TYPE)

private suspend fun introspect(
    body: String,
    contentType: String = JWT,
    metadata: AuthorizationServerMetadata = serverMetadata(ENDPOINT),
    configure: ClientSettings.() -> Unit = {},
): IntrospectionResponse =
    StubServer()
        .answer("/introspect", body, contentType = contentType)
        .answerKeys()
        .client(metadata, configure)
        .introspect("a-token")

class IntrospectionJwtSpec :
    FunSpec({
        val expecting: ClientSettings.() -> Unit = { metadata { introspectionSignedResponseAlg("RS256") } }

        test("a JWT is asked for where the client metadata says so") {
            val server = StubServer().answer("/introspect", signed(), contentType = JWT)
            server.client(serverMetadata(ENDPOINT), expecting).introspect("a-token")

            server.lastTo("/introspect").header("accept") shouldBe JWT
        }

        context("a JWT is taken") {
            test("for what is in its claim token_introspection") {
                val response = introspect(signed(), configure = expecting)

                response.isActive shouldBe true
                response.json shouldBe json("""{"active":true,"sub":"alice"}""")
            }

            test("where it was not asked for") { introspect(signed()).isActive shouldBe true }

            for (type in listOf(
                "Application/Token-Introspection+JWT ; charset=utf-8",
                "APPLICATION/TOKEN-INTROSPECTION+JWT",
            )) {
                test("with the media type $type") { introspect(signed(), type).isActive shouldBe true }
            }

            for (type in listOf("Token-Introspection+JWT", "application/token-introspection+jwt")) {
                test("with the typ $type") {
                    val header = TYPE + ("typ" to JsonPrimitive(type))

                    introspect(TestKeys.signRsa(claims(), header = header)).isActive shouldBe true
                }
            }

            test("encrypted") { introspect(encrypted(signed())) { decryptable() }.isActive shouldBe true }

            test("with an algorithm of the server's list") {
                val list =
                    serverMetadata(
                        ENDPOINT,
                        "introspection_signing_alg_values_supported" to json("""["PS256"]"""),
                    )

                introspect(TestKeys.signRsa(claims(), "PS256", header = TYPE), metadata = list).isActive shouldBe true
            }

            test("with a signature that nobody looks at, over TLS") {
                introspect(unverifiable(claims(), header = TYPE)).isActive shouldBe true
            }

            test("unsigned, where the client metadata says so") {
                introspect(unverifiable(claims(), "none", TYPE)) {
                    metadata { introspectionSignedResponseAlg("none") }
                }.isActive shouldBe true
            }
        }

        context("JSON is rejected where a JWT is required") {
            for (type in listOf("application/json", "application/jwt", "text/plain")) {
                test("labelled $type") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must be a JWT signed with RS256",
                    ) {
                        introspect("""{"active":true}""", type, configure = expecting)
                    }
                }
            }

            test("a JWT too, where it is labelled as something else") {
                shouldFailWith<InvalidResponseException>(
                    ErrorCode.INVALID_RESPONSE,
                    "must be a JWT signed with RS256",
                ) {
                    introspect(signed(), "application/jwt", configure = expecting)
                }
            }
        }

        context("a JWT is rejected") {
            for (claim in listOf("aud", "iat", "iss")) {
                test("without $claim") {
                    shouldFailWith<InvalidResponseException>(
                        ErrorCode.INVALID_RESPONSE,
                        "must have the claim \"$claim\"",
                    ) {
                        introspect(signed(claim to null))
                    }
                }
            }

            for (claim in listOf("aud", "iss")) {
                test("with another $claim") {
                    shouldFailWith<ValidationException>(ErrorCode.JWT_CLAIM_COMPARISON_FAILED, "expected \"$claim\"") {
                        introspect(signed(claim to JsonPrimitive("other")))
                    }
                }
            }

            test("once it is expired") {
                shouldFailWith<ValidationException>(ErrorCode.JWT_TIMESTAMP_CHECK_FAILED, "\"exp\"") {
                    introspect(signed("exp" to JsonPrimitive(NOW.epochSecond - 30)))
                }
            }

            for (typ in listOf(null, JsonPrimitive("JWT"), JsonPrimitive("at+jwt"), JsonPrimitive(1))) {
                test("with the typ ${typ ?: "that is missing"}") {
                    val header = if (typ == null) TYPE - "typ" else TYPE + ("typ" to typ)

                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "\"typ\"") {
                        introspect(TestKeys.signRsa(claims(), header = header))
                    }
                }
            }

            for (value in listOf(null, json("null"), json("[]"), json("\"{}\""), json("true"))) {
                test("with the token_introspection ${value ?: "that is missing"}") {
                    shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"token_introspection\"") {
                        introspect(signed("token_introspection" to value))
                    }
                }
            }

            test("where the token is neither active nor not") {
                shouldFailWith<InvalidResponseException>(ErrorCode.INVALID_RESPONSE, "\"active\"") {
                    introspect(signed("token_introspection" to json("{}"), "active" to JsonPrimitive(true)))
                }
            }

            for (algorithm in listOf("PS256", "none", "HS256")) {
                test("with the algorithm $algorithm where nothing is said of algorithms") {
                    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be signed with RS256") {
                        introspect(unverifiable(claims(), algorithm, TYPE))
                    }
                }
            }

            test("unsigned, where only the server says so") {
                val list =
                    serverMetadata(ENDPOINT, "introspection_signing_alg_values_supported" to json("""["none"]"""))

                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "\"none\"") {
                    introspect(unverifiable(claims(), "none", TYPE), metadata = list)
                }
            }

            test("with a signature of nobody where signatures are verified") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "does not verify") {
                    introspect(unverifiable(claims(), header = TYPE)) { nonRepudiationChecks() }
                }
            }

            test("encrypted, where the client has no key") {
                shouldFailWith<UnsupportedFeatureException>(ErrorCode.UNSUPPORTED_OPERATION, "is encrypted") {
                    introspect(encrypted(signed()))
                }
            }
        }

        test("a good signature is taken where signatures are verified") {
            introspect(signed("aud" to json("""["x","$CLIENT_ID"]"""))) { nonRepudiationChecks() }.isActive shouldBe
                true
        }
    })
