package dev.openidclient.client

import dev.openidclient.error.ErrorCode
import dev.openidclient.error.ValidationException
import dev.openidclient.jose.OTHER_KINDS
import dev.openidclient.testing.ACCESS_TOKEN
import dev.openidclient.testing.CODE
import dev.openidclient.testing.ISSUER
import dev.openidclient.testing.NONCE
import dev.openidclient.testing.StubServer
import dev.openidclient.testing.TestKeys
import dev.openidclient.testing.answerKeys
import dev.openidclient.testing.answerTokens
import dev.openidclient.testing.decryptable
import dev.openidclient.testing.encrypted
import dev.openidclient.testing.hybridCallback
import dev.openidclient.testing.hybridSignIn
import dev.openidclient.testing.idTokenClaims
import dev.openidclient.testing.json
import dev.openidclient.testing.jwtSignIn
import dev.openidclient.testing.leftHalfOfSha256
import dev.openidclient.testing.responseClaims
import dev.openidclient.testing.responseInQuery
import dev.openidclient.testing.serverMetadata
import dev.openidclient.testing.shouldFailWith
import dev.openidclient.token.clientCredentialsGrant
import dev.openidclient.token.introspect
import dev.openidclient.token.verifyIdToken
import dev.openidclient.userinfo.userInfo
import io.kotest.assertions.throwables.shouldNotThrowAny
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive

private const val SUBJECT = "248289761001"
private const val LOGOUT_EVENT = """{"http://schemas.openid.net/event/backchannel-logout":{}}"""
private const val INTROSPECTION = "token-introspection+jwt"

/** One way in which a JWT of the server gets here: what it is taken from, and its ordinary claims. */
private class Way(
    val name: String,
    val encryption: String,
    val claims: JsonObject,
    val ownType: String? = null,
    val take: suspend (jwt: String, configure: ClientSettings.() -> Unit) -> Unit,
)

private val BESIDE_CODE = idTokenClaims("nonce" to JsonPrimitive(NONCE), "c_hash" to leftHalfOfSha256(CODE))

private val WAYS =
    listOf(
        Way("an ID Token that is given", "id_token_encrypted_response_alg", idTokenClaims()) { jwt, configure ->
            StubServer().answerKeys().client(configure = configure).verifyIdToken(jwt, null)
        },
        Way("an ID Token of the token endpoint", "id_token_encrypted_response_alg", idTokenClaims()) { jwt, configure ->
            val server = StubServer().answerTokens("id_token" to JsonPrimitive(jwt))
            server.client(configure = configure).clientCredentialsGrant()
        },
        Way("an ID Token beside a code", "id_token_encrypted_response_alg", BESIDE_CODE) { jwt, configure ->
            val own = encrypted(TestKeys.signRsa(idTokenClaims("nonce" to JsonPrimitive(NONCE))))
            val server = StubServer().answerKeys().answerTokens("id_token" to JsonPrimitive(own))
            hybridSignIn(hybridCallback(jwt), server = server, configure = configure)
        },
        Way("an authorization response", "authorization_encrypted_response_alg", responseClaims()) { jwt, configure ->
            jwtSignIn(responseInQuery(jwt), configure = configure)
        },
        Way("UserInfo", "userinfo_encrypted_response_alg", idTokenClaims()) { jwt, configure ->
            StubServer()
                .answer("/userinfo", jwt, contentType = "application/jwt")
                .client(serverMetadata("userinfo_signing_alg_values_supported" to json("""["RS256"]""")), configure)
                .userInfo(ACCESS_TOKEN, SUBJECT)
        },
        Way(
            "an introspection response",
            "introspection_encrypted_response_alg",
            idTokenClaims("token_introspection" to json("""{"active":true}""")),
            INTROSPECTION,
        ) { jwt, configure ->
            StubServer()
                .answer("/introspect", jwt, contentType = "application/token-introspection+jwt")
                .client(serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect")), configure)
                .introspect("a-token")
        },
    )

private fun Way.signed(
    type: String? = ownType,
    vararg changes: Pair<String, JsonElement>,
): String {
    val header = listOfNotNull("kid" to JsonPrimitive("rsa-1"), type?.let { "typ" to JsonPrimitive(it) }).toMap()
    return TestKeys.signRsa(JsonObject(claims + changes), header = header)
}

private suspend fun Way.shouldRefuse(
    jwt: String,
    part: String,
    configure: ClientSettings.() -> Unit = {},
) {
    shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, part) {
        take(jwt) {
            decryptable()
            configure()
        }
    }
}

/** What every JWT of the server must be, whatever it is taken for: of that kind, and encrypted where agreed. */
class JwtKindsSpec :
    FunSpec({
        for (way in WAYS) {
            context("as ${way.name}") {
                test("a JWT of its own kind is taken, encrypted or not") {
                    shouldNotThrowAny {
                        way.take(way.signed()) { decryptable() }
                        way.take(encrypted(way.signed())) { decryptable() }
                    }
                }

                for (type in OTHER_KINDS - INTROSPECTION + listOf("AT+JWT", "application/logout+jwt")) {
                    test("a JWT with the typ $type is refused") { way.shouldRefuse(way.signed(type), "\"typ\"") }
                }

                test("a JWT with the logout event is refused, whatever its typ") {
                    for (type in if (way.ownType == null) listOf(null, "JWT") else listOf(way.ownType)) {
                        way.shouldRefuse(way.signed(type, "events" to json(LOGOUT_EVENT)), "logout token")
                    }
                }

                if (way.ownType == null) {
                    test("a JWT of another kind that comes encrypted is refused") {
                        way.shouldRefuse(encrypted(way.signed("at+jwt")), "\"typ\"")
                    }

                    test("a JWT with the typ JWT, or one that nobody knows, is taken") {
                        for (type in listOf("JWT", "application/jwt", "made-up+jwt")) {
                            shouldNotThrowAny { way.take(way.signed(type)) { decryptable() } }
                        }
                    }
                }

                val negotiated: ClientSettings.() -> Unit = {
                    metadata { member(way.encryption, "RSA-OAEP-256") }
                }

                test("a plain JWT is refused where the client metadata has ${way.encryption}") {
                    way.shouldRefuse(way.signed(), "\"${way.encryption}\"", negotiated)
                }

                test("an encrypted one is taken there") {
                    shouldNotThrowAny {
                        way.take(encrypted(way.signed())) {
                            decryptable()
                            negotiated()
                        }
                    }
                }

                test("a plain JWT is taken there with acceptUnencrypted()") {
                    shouldNotThrowAny {
                        way.take(way.signed()) {
                            decryptable()
                            negotiated()
                            acceptUnencrypted()
                        }
                    }
                }
            }
        }

        context("plain JSON, where an encrypted answer is due,") {
            val metadata = serverMetadata("introspection_endpoint" to JsonPrimitive("$ISSUER/introspect"))

            fun server() =
                StubServer()
                    .answer("/userinfo", """{"sub":"$SUBJECT"}""")
                    .answer("/introspect", """{"active":true}""")

            fun client(configure: ClientSettings.() -> Unit = {}) =
                server().client(metadata) {
                    metadata {
                        userinfoEncryptedResponseAlg("RSA-OAEP-256")
                        introspectionEncryptedResponseAlg("RSA-OAEP-256")
                    }
                    configure()
                }

            test("is refused as UserInfo and as an introspection response") {
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be encrypted") {
                    client().userInfo(ACCESS_TOKEN, SUBJECT)
                }
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "must be encrypted") {
                    client().introspect("a-token")
                }
            }

            test("is taken with acceptUnencrypted()") {
                client { acceptUnencrypted() }.userInfo(ACCESS_TOKEN, SUBJECT).subject shouldBe SUBJECT
                client { acceptUnencrypted() }.introspect("a-token").isActive shouldBe true
            }

            test("is not asked for") {
                val server = server()
                val client =
                    server.client(metadata) {
                        metadata {
                            userinfoEncryptedResponseAlg("RSA-OAEP-256")
                            introspectionEncryptedResponseAlg("RSA-OAEP-256")
                        }
                    }
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "") {
                    client.introspect("a-token")
                }
                shouldFailWith<ValidationException>(ErrorCode.INVALID_RESPONSE, "") {
                    client.userInfo(ACCESS_TOKEN, SUBJECT)
                }

                server.lastTo("/introspect").header("accept") shouldBe "application/token-introspection+jwt"
                server.lastTo("/userinfo").header("accept") shouldBe "application/jwt"
            }
        }
    })
